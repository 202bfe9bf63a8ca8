import {
  AppstoreOutlined,
  AuditOutlined,
  DashboardOutlined,
  DatabaseOutlined,
  FileTextOutlined,
  FundOutlined,
  ScheduleOutlined,
  SettingOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { type Feature, features, type MenuEntry } from './features';
import { hasWhole, may } from './me';
import type { Me } from './wire';

/** A job: what the left menu is made of. */
export interface Job {
  path: string;
  title: string;
  icon: ReactNode;
}

/** A job with the entries that a person has in it. */
export interface OpenJob extends Job {
  entries: MenuEntry[];
}

const JOBS: readonly Job[] = [
  { path: '/cockpit', title: '驾驶舱', icon: <DashboardOutlined /> },
  { path: '/data', title: '数据', icon: <DatabaseOutlined /> },
  { path: '/records', title: '病案', icon: <FileTextOutlined /> },
  { path: '/groups', title: '病组', icon: <AppstoreOutlined /> },
  { path: '/indicators', title: '指标', icon: <FundOutlined /> },
  { path: '/plans', title: '方案', icon: <ScheduleOutlined /> },
  { path: '/assessments', title: '考核', icon: <AuditOutlined /> },
  { path: '/admin', title: '管理', icon: <SettingOutlined /> },
];

/** Whether a path is below another, or the same. */
export function below(path: string, base: string): boolean {
  return path === base || path.startsWith(`${base}/`);
}

function open(me: Me, entry: MenuEntry): boolean {
  return (!entry.may || may(me, ...entry.may)) && (!entry.whole || hasWhole(me));
}

function withEntries(entries: readonly MenuEntry[]): OpenJob[] {
  return JOBS.map((job) => ({ ...job, entries: entries.filter((entry) => below(entry.path, job.path)) })).filter(
    (job) => job.entries.length > 0,
  );
}

function entriesOf(all: readonly Feature[]): MenuEntry[] {
  return all.flatMap((feature) => feature.menu ?? []);
}

/** The jobs that a person has, with their entries. */
export function jobsOf(me: Me, all: readonly Feature[] = features): OpenJob[] {
  return withEntries(entriesOf(all).filter((entry) => open(me, entry)));
}

/** The entry that keeps a person from a path: the one that it belongs to, when that is not open to the person. */
export function closedEntry(me: Me, path: string, all: readonly Feature[] = features): MenuEntry | null {
  const entry = entryOf(withEntries(entriesOf(all)), path)?.entry;
  return entry && !open(me, entry) ? entry : null;
}

/** The entry that a path belongs to: the one with the longest path. */
export function entryOf(jobs: readonly OpenJob[], path: string): { job: OpenJob; entry: MenuEntry } | null {
  const fits = jobs.flatMap((job) =>
    job.entries.filter((entry) => below(path, entry.path)).map((entry) => ({ job, entry })),
  );
  return fits.reduce<(typeof fits)[number] | null>(
    (best, one) => (best === null || one.entry.path.length > best.entry.path.length ? one : best),
    null,
  );
}
