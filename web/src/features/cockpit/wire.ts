/** What the API sends and takes here, by the names of its document. */
import type { components } from '../../api/schema';

type Schemas = components['schemas'];

export type TileId = Schemas['TileId'];
export type CockpitForm = Schemas['CockpitForm'];
export type TileLink = Schemas['TileLink'];
export type TileFigure = Schemas['TileFigure'];
export type TilePoint = Schemas['TilePoint'];
export type TileSeries = Schemas['TileSeries'];
export type TileRow = Schemas['TileRow'];
export type CockpitTile = Schemas['CockpitTile'];
