import { createContext, useContext } from 'react';
import type { Me } from './wire';

export type { Allowed, HeldRole, Me, OrganisationName } from './wire';

/** What is done, as `biaochi_access::Action`. */
export type Action =
  | 'read'
  | 'export'
  | 'enter'
  | 'submit'
  | 'approve'
  | 'assign'
  | 'compute'
  | 'publish'
  | 'configure';

/** What it is done with, as `biaochi_access::Resource`. */
export type Resource =
  | 'front_page'
  | 'worklist'
  | 'grouping'
  | 'indicator'
  | 'dataset'
  | 'plan'
  | 'task'
  | 'assessment'
  | 'report'
  | 'organisation'
  | 'content'
  | 'account'
  | 'audit'
  | 'system';

/** How close to persons it comes, as `biaochi_access::Sensitivity`. */
export type Sensitivity = 'aggregate' | 'de-identified' | 'identified';

const CLOSENESS: readonly string[] = ['aggregate', 'de-identified', 'identified'];

const MeContext = createContext<Me | null>(null);

/** Lets what is inside know who is signed in. */
export const MeProvider = MeContext.Provider;

/** Who is signed in. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (me === null) throw new Error('nobody is signed in here');
  return me;
}

/** Whether somebody may do something. The service decides; this decides what is offered. */
export function may(me: Me, action: Action, resource: Resource, sensitivity: Sensitivity = 'aggregate'): boolean {
  return me.permissions.some(
    (one) =>
      one.action === action &&
      one.resource === resource &&
      CLOSENESS.indexOf(one.sensitivity) >= CLOSENESS.indexOf(sensitivity),
  );
}

/** Whether somebody has more than departments: an institution as a whole, or several. */
export function hasWhole(me: Me): boolean {
  return me.everything || me.roles.some((role) => !role.unit.startsWith('department:'));
}

/** Whether the person may do something. */
export function useMay(action: Action, resource: Resource, sensitivity: Sensitivity = 'aggregate'): boolean {
  return may(useMe(), action, resource, sensitivity);
}
