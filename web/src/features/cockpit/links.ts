import type { TileLink } from './wire';

/** Where the pages of tiles are. */
const PATHS: Record<string, string> = {
  indicators: '/indicators',
  indicator: '/indicators',
  plans: '/plans',
  plan: '/plans',
  tasks: '/plans/tasks',
  worklist: '/records/worklist',
  datasets: '/data/calendar',
  groups: '/groups',
  assessment: '/assessments',
  cockpit: '/cockpit',
};
/** Pages whose id is a part of the path; of others it is a filter. */
const IN_PATH: readonly string[] = ['indicator', 'plan', 'assessment'];

/** What every page is about. */
export interface Here {
  organisation: string;
  period: string;
}

/** The address behind a tile, with its filters, organisation and period: the link shows what is meant to whoever gets it. */
export function addressOf(link: TileLink, here: Here): string {
  const base = PATHS[link.page] ?? '/cockpit';
  const filters: Record<string, string> = { ...here, ...link.filters };
  let path = base;
  if (link.id !== null) {
    if (link.page === 'cockpit') filters.organisation = link.id;
    else if (IN_PATH.includes(link.page)) path = `${base}/${encodeURIComponent(link.id)}`;
    else filters.id = link.id;
  }
  return `${path}?${new URLSearchParams(filters).toString()}`;
}
