import { lazy } from 'react';
import type { Feature } from '../../app/features';

const PlansPage = lazy(() => import('./PlansPage'));
const PlanPage = lazy(() => import('./PlanPage'));
const TargetPage = lazy(() => import('./TargetPage'));
const TasksPage = lazy(() => import('./TasksPage'));
const NewTaskPage = lazy(() => import('./NewTaskPage'));

/** 方案: what plans ask for, where their targets stand, and the ledger of tasks. */
export const feature: Feature = {
  id: 'plans',
  title: '方案',
  menu: [
    { path: '/plans', title: '方案和目标', may: ['read', 'plan'] },
    { path: '/plans/tasks', title: '任务台账', may: ['read', 'task'] },
  ],
  routes: [
    { path: '/plans', element: <PlansPage /> },
    { path: '/plans/tasks', element: <TasksPage /> },
    { path: '/plans/tasks/new', element: <NewTaskPage /> },
    { path: '/plans/:id', element: <PlanPage /> },
    { path: '/plans/:id/targets/:target', element: <TargetPage /> },
  ],
};
