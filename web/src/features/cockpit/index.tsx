import { lazy } from 'react';
import type { Feature } from '../../app/features';

const Cockpit = lazy(() => import('./Cockpit'));

/** 驾驶舱：今天该知道的事。 */
export const feature: Feature = {
  id: 'cockpit',
  title: '驾驶舱',
  menu: [{ path: '/cockpit', title: '驾驶舱' }],
  routes: [{ path: '/cockpit', element: <Cockpit /> }],
};
