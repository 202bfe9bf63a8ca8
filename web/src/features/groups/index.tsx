import { lazy, Suspense } from 'react';
import type { Feature } from '../../app/features';
import { Loading } from '../../ui/Loading';

const GroupsPage = lazy(() => import('./GroupsPage'));
const GroupDetailPage = lazy(() => import('./GroupDetailPage'));
const SchemesPage = lazy(() => import('./SchemesPage'));
const CalculatorPage = lazy(() => import('./CalculatorPage'));

/** 病组: groups of hospitals, departments and physicians, schemes, and the grouping of single cases. */
export const feature: Feature = {
  id: 'groups',
  title: '病组',
  menu: [
    { path: '/groups', title: '病组分析', may: ['read', 'grouping'] },
    { path: '/groups/calculator', title: '分组计算器', may: ['read', 'grouping'] },
    { path: '/groups/schemes', title: '分组方案', may: ['read', 'grouping'] },
  ],
  routes: [
    {
      path: 'groups',
      element: (
        <Suspense fallback={<Loading />}>
          <GroupsPage />
        </Suspense>
      ),
    },
    {
      path: 'groups/calculator',
      element: (
        <Suspense fallback={<Loading />}>
          <CalculatorPage />
        </Suspense>
      ),
    },
    {
      path: 'groups/schemes',
      element: (
        <Suspense fallback={<Loading />}>
          <SchemesPage />
        </Suspense>
      ),
    },
    {
      path: 'groups/:drg',
      element: (
        <Suspense fallback={<Loading />}>
          <GroupDetailPage />
        </Suspense>
      ),
    },
  ],
};
