import { lazy } from 'react';
import type { Feature } from '../../app/features';

const RunsPage = lazy(() => import('./RunsPage'));
const RunPage = lazy(() => import('./RunPage'));
const InstitutionPage = lazy(() => import('./InstitutionPage'));
const ItemPage = lazy(() => import('./ItemPage'));
const IndexPage = lazy(() => import('./IndexPage'));
const InputsPage = lazy(() => import('./InputsPage'));

/** 考核: assessments from setting up to the published bulletin, and the index. */
export const feature: Feature = {
  id: 'assessment',
  title: '考核',
  menu: [
    { path: '/assessments', title: '绩效考核', may: ['read', 'assessment'], whole: true },
    { path: '/assessments/inputs', title: '录入和事项', may: ['enter', 'assessment'], whole: true },
    { path: '/assessments/index', title: '发展指数', hint: '高质量发展指数', may: ['read', 'assessment'], whole: true },
  ],
  routes: [
    { path: '/assessments', element: <RunsPage /> },
    { path: '/assessments/index', element: <IndexPage /> },
    { path: '/assessments/inputs', element: <InputsPage /> },
    { path: '/assessments/:run', element: <RunPage /> },
    { path: '/assessments/:run/institutions/:code', element: <InstitutionPage /> },
    { path: '/assessments/:run/institutions/:code/items/:item', element: <ItemPage /> },
  ],
};
