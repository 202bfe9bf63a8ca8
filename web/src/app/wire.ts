/** What the API sends and takes here, by the names of its document. */
import type { components } from '../api/schema';

type Schemas = components['schemas'];

export type Me = Schemas['Me'];
export type HeldRole = Schemas['HeldRole'];
export type Allowed = Schemas['Allowed'];
export type OrganisationName = Schemas['OrganisationName'];
export type Welcome = Schemas['Welcome'];
export type DemoPerson = Schemas['DemoPerson'];
export type DataMonths = Schemas['DataMonths'];
export type FactorDraft = Schemas['FactorDraft'];

/** Who one is and what one may. */

/** What the service says before anybody signed in. */

/** The months of which there are records. */
