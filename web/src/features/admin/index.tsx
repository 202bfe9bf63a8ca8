import { type ComponentType, lazy, Suspense } from 'react';
import type { RouteObject } from 'react-router';
import type { Feature } from '../../app/features';
import { Loading } from '../../ui/Loading';

function page(path: string, load: () => Promise<{ default: ComponentType }>): RouteObject {
  const Shown = lazy(load);
  return {
    path,
    element: (
      <Suspense fallback={<Loading />}>
        <Shown />
      </Suspense>
    ),
  };
}

/** 管理: accounts, roles, organisations, packs, jobs, the audit trail, settings – and the own account. */
export const feature: Feature = {
  id: 'admin',
  title: '管理',
  menu: [
    { path: '/admin/users', title: '用户', may: ['read', 'account'] },
    { path: '/admin/roles', title: '角色与权限', may: ['read', 'account'] },
    { path: '/admin/organisations', title: '组织机构', may: ['read', 'organisation'] },
    { path: '/admin/packs', title: '内容包', may: ['read', 'content'] },
    { path: '/admin/jobs', title: '任务', may: ['read', 'system'] },
    { path: '/admin/audit', title: '审计', may: ['read', 'audit'] },
    { path: '/admin/settings', title: '设置', may: ['read', 'system'] },
  ],
  routes: [
    page('/admin/users', () => import('./Users')),
    page('/admin/roles', () => import('./Roles')),
    page('/admin/organisations', () => import('./Organisations')),
    page('/admin/packs', () => import('./Packs')),
    page('/admin/packs/:id', () => import('./PackPage')),
    page('/admin/jobs', () => import('./Jobs')),
    page('/admin/audit', () => import('./Audit')),
    page('/admin/settings', () => import('./Settings')),
    page('/account', () => import('./Account')),
  ],
};
