import { lazy } from 'react';
import type { Feature } from '../../app/features';

const Worklist = lazy(() => import('./Worklist'));
const Search = lazy(() => import('./Search'));
const RecordPage = lazy(() => import('./RecordPage'));
const MonthExport = lazy(() => import('./MonthExport'));

/** Records: the coder's worklist, search, the record itself, the month that is handed in. */
export const feature: Feature = {
  id: 'records',
  title: '病案',
  menu: [
    { path: '/records/worklist', title: '工作清单', may: ['read', 'worklist', 'de-identified'] },
    { path: '/records/search', title: '病案检索', may: ['read', 'front_page'] },
    { path: '/records/export', title: '导出上报', may: ['submit', 'front_page'] },
  ],
  routes: [
    { path: 'records/worklist', element: <Worklist /> },
    { path: 'records/search', element: <Search /> },
    { path: 'records/export', element: <MonthExport /> },
    { path: 'records/:key', element: <RecordPage /> },
  ],
};
