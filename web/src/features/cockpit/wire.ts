export type TileId = 'plan' | 'drift' | 'quality' | 'deadlines' | 'money' | 'todo' | 'region';

export interface CockpitForm {
  form: string;
  period: string;
  tiles: TileId[];
}

export interface TileLink {
  page: string;
  id: string | null;
  filters: Record<string, string>;
}

export interface TileFigure {
  title: string;
  value: string | null;
  kind: string;
  unit: string;
  note: string;
  link: TileLink | null;
}

export interface TilePoint {
  label: string;
  value: string | null;
}

export interface TileSeries {
  title: string;
  shape: string;
  kind: string;
  unit: string;
  points: TilePoint[];
}

export interface TileRow {
  title: string;
  detail: string;
  owner: string;
  tone: string;
  status: string;
  due: string | null;
  link: TileLink;
}

export interface CockpitTile {
  id: TileId;
  title: string;
  tone: string;
  status: string;
  says: string;
  owner: string;
  figure: TileFigure | null;
  facts: TileFigure[];
  series: TileSeries | null;
  rows: TileRow[];
  total: number;
  link: TileLink;
}
