import { lazy } from 'react';
import type { Feature } from '../../app/features';

const ImportsPage = lazy(() => import('./ImportsPage'));
const HistoryPage = lazy(() => import('./HistoryPage'));
const FormsPage = lazy(() => import('./FormsPage'));
const FormPage = lazy(() => import('./FormPage'));
const CalendarPage = lazy(() => import('./CalendarPage'));

/** 数据: front pages in, forms filled in, and who owes what. */
export const feature: Feature = {
  id: 'data',
  title: '数据',
  menu: [
    { path: '/data/imports', title: '导入病案', may: ['enter', 'front_page'] },
    { path: '/data/history', title: '入库记录', may: ['export', 'front_page'] },
    { path: '/data/forms', title: '数据填报', may: ['read', 'dataset'] },
    { path: '/data/calendar', title: '填报日历', may: ['read', 'dataset'] },
  ],
  routes: [
    { path: '/data/imports', element: <ImportsPage /> },
    { path: '/data/history', element: <HistoryPage /> },
    { path: '/data/forms', element: <FormsPage /> },
    { path: '/data/forms/:dataset/:owner/:when', element: <FormPage /> },
    { path: '/data/calendar', element: <CalendarPage /> },
  ],
};
