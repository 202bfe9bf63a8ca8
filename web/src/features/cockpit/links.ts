import { type Action, may, type Resource, type Sensitivity } from '../../app/me';
import type { Me } from '../../app/wire';
import type { TileLink } from './wire';

/** What one must be allowed to read for a page to show anything; of others, whoever has the tile has the page. */
const READS: Record<string, [Action, Resource, Sensitivity]> = {
  worklist: ['read', 'worklist', 'de-identified'],
  datasets: ['read', 'dataset', 'aggregate'],
  tasks: ['read', 'task', 'aggregate'],
  plan: ['read', 'plan', 'aggregate'],
  plans: ['read', 'plan', 'aggregate'],
  groups: ['read', 'grouping', 'aggregate'],
  indicator: ['read', 'indicator', 'aggregate'],
  indicators: ['read', 'indicator', 'aggregate'],
  assessment: ['read', 'assessment', 'aggregate'],
};

/** What every page is about. */
export interface Here {
  organisation: string;
  period: string;
}

/** Whether somebody may open the page behind a tile. Who only reads sums has the numbers without the lists behind them. */
export function mayOpen(me: Me, link: TileLink): boolean {
  const reads = READS[link.page];
  return reads === undefined || may(me, ...reads);
}

/** A page of the application with the filters that it knows. */
function target({ page, id, filters }: TileLink): [path: string, filters: Record<string, string>] {
  const part = id === null ? '' : `/${encodeURIComponent(id)}`;
  switch (page) {
    case 'indicators':
    case 'indicator':
      return [`/indicators${part}`, filters];
    case 'plans':
    case 'plan': {
      const { target: one, ...rest } = filters;
      return [`/plans${part}${one ? `/targets/${encodeURIComponent(one)}` : ''}`, rest];
    }
    case 'tasks': {
      const { late, of, plan, ...rest } = filters;
      const named: Record<string, string> =
        id !== null && of && plan ? { task: `${of}~${plan}~${id.replaceAll('/', '~')}` } : {};
      return ['/plans/tasks', { ...rest, ...(late ? { overdue: late } : {}), ...named }];
    }
    case 'worklist':
      return ['/records/worklist', filters];
    case 'datasets': {
      const { dataset, of, when, late } = filters;
      if (dataset && of && when) return [`/data/forms/${[dataset, of, when].map(encodeURIComponent).join('/')}`, {}];
      return ['/data/calendar', late ? { view: 'calls' } : {}];
    }
    case 'groups':
      return ['/groups', filters];
    case 'assessment':
      return [`/assessments${part}`, filters];
    default:
      return ['/cockpit', id === null ? filters : { ...filters, organisation: id }];
  }
}

/** The address behind a tile, with its filters, organisation and period: the link shows what is meant to whoever gets it. */
export function addressOf(link: TileLink, here: Here): string {
  const [path, filters] = target(link);
  return `${path}?${new URLSearchParams({ ...here, ...filters }).toString()}`;
}
