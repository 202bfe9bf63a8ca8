import { lazy } from 'react';
import type { Feature } from '../../app/features';

const Catalogue = lazy(() => import('./Catalogue'));
const Detail = lazy(() => import('./IndicatorDetail'));
const Reconcile = lazy(() => import('./Reconcile'));

/** 指标：目录和值、一个指标、核对。 */
export const feature: Feature = {
  id: 'indicators',
  title: '指标',
  menu: [
    { path: '/indicators', title: '指标目录', may: ['read', 'indicator'] },
    { path: '/indicators/reconcile', title: '核对', may: ['read', 'front_page'] },
  ],
  routes: [
    { path: '/indicators', element: <Catalogue /> },
    { path: '/indicators/reconcile', element: <Reconcile /> },
    { path: '/indicators/:id', element: <Detail /> },
  ],
};
