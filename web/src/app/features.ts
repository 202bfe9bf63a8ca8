import type { RouteObject } from 'react-router';
import type { Action, Resource, Sensitivity } from './me';

/** An entry of the menu. It belongs to the job that its path begins with. */
export interface MenuEntry {
  path: string;
  title: string;
  /** The whole name, where the title is a short one: the menu is narrow. */
  hint?: string;
  /** Shown to whoever may do this, and open to nobody else. */
  may?: [Action, Resource, Sensitivity?];
  /** About institutions as a whole: nothing for who has departments only. */
  whole?: boolean;
}

/** A feature of the application: a folder below `features/` whose `index.tsx` exports it as `feature`. */
export interface Feature {
  id: string;
  title: string;
  menu?: MenuEntry[];
  routes: RouteObject[];
}

// Every folder below `features/` is one; none has to be listed.
const found = import.meta.glob<{ feature: Feature }>('../features/*/index.tsx', { eager: true });

/** All features. */
export const features: readonly Feature[] = Object.values(found).map((module) => module.feature);
