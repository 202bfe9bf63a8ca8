import { expect, test, vi } from 'vitest';
import type { Feature } from './features';
import { firstOf } from './Guard';
import { closedEntry, entryOf, jobsOf } from './jobs';
import { may } from './me';
import { nextOf } from './next';
import { shifted } from './period';
import { lastMonth } from './selection';
import { codeOf } from './setup';
import { signOnEnd } from './singleSignOn';
import { stepsFor } from './tours';
import type { Me } from './wire';

vi.mock('./features', () => ({ features: [] }));

const me: Me = {
  name: 'coder',
  title: '编码员',
  organisation: 'A',
  must_change_password: false,
  must_set_up_second_factor: false,
  second_factor: false,
  roles: [{ role: 'coder', title: '病案编码员', unit: 'hospital:A' }],
  permissions: [{ action: 'read', resource: 'front_page', sensitivity: 'de-identified' }],
  everything: false,
  organisations: [{ code: 'A', name: '甲医院' }],
  demo: true,
};

const features = [
  {
    id: 'records',
    title: '病案',
    menu: [
      { path: '/records/search', title: '检索', may: ['read', 'front_page'] as ['read', 'front_page'] },
      { path: '/records', title: '清单', may: ['read', 'worklist'] as ['read', 'worklist'] },
    ],
    routes: [],
  },
  { id: 'cockpit', title: '驾驶舱', menu: [{ path: '/cockpit', title: '驾驶舱' }], routes: [] },
  {
    id: 'admin',
    title: '管理',
    menu: [{ path: '/admin', title: '账号', may: ['configure', 'account'] as ['configure', 'account'] }],
    routes: [],
  },
];

test('a permission reaches as close to persons as it says', () => {
  expect(may(me, 'read', 'front_page')).toBe(true);
  expect(may(me, 'read', 'front_page', 'identified')).toBe(false);
  expect(may(me, 'enter', 'front_page')).toBe(false);
});

test('what has to be done first comes one after the other', () => {
  expect(firstOf(me)).toBeNull();
  const factor = { ...me, must_set_up_second_factor: true };
  expect(firstOf(factor)).toBe('/second-factor');
  expect(firstOf({ ...factor, must_change_password: true })).toBe('/password');
});

test('the menu has what the person may, in the order of the jobs', () => {
  const jobs = jobsOf(me, features);
  expect(jobs.map((job) => job.title)).toEqual(['驾驶舱', '病案']);
  expect(jobs[1]?.entries.map((entry) => entry.title)).toEqual(['检索']);
  expect(entryOf(jobs, '/records/search/x')?.entry.path).toBe('/records/search');
  expect(entryOf(jobs, '/recordsx')).toBeNull();
});

test('a page whose entry the person does not have is closed, and so is what lies below it', () => {
  expect(closedEntry(me, '/admin/users', features)?.title).toBe('账号');
  expect(closedEntry(me, '/records/abc', features)?.title).toBe('清单');
  expect(closedEntry(me, '/records/search', features)).toBeNull();
  expect(closedEntry(me, '/cockpit', features)).toBeNull();
  expect(closedEntry(me, '/account', features)).toBeNull();
});

test('what is about whole institutions is closed to who has a department only', () => {
  const whole: Feature[] = [
    { id: 'records', title: '病案', menu: [{ path: '/records', title: '清单', whole: true }], routes: [] },
  ];
  const head: Me = { ...me, roles: [{ role: 'head', title: '科主任', unit: 'department:A/04' }] };
  expect(jobsOf(me, whole)).toHaveLength(1);
  expect(jobsOf(head, whole)).toHaveLength(0);
  expect(closedEntry(head, '/records/abc', whole)?.title).toBe('清单');
  const both: Me = { ...head, roles: [...head.roles, ...me.roles] };
  expect(jobsOf(both, whole)).toHaveLength(1);
});

test('the tour shows only jobs that the person has', () => {
  const steps = stepsFor(me, jobsOf(me, features));
  expect(steps.map((step) => step.title)).toEqual([
    '您现在是病案编码员',
    '机构和时期',
    '病案：先看待办的病案',
    '换一个身份',
    '随时重看',
  ]);
});

test.each([
  ['?next=%2Fgroups%3Fperiod%3D2025', '/groups?period=2025'],
  ['?next=https%3A%2F%2Felsewhere.example', '/'],
  ['?next=%2F%2Felsewhere.example', '/'],
  ['?next=%2F%5Celsewhere.example', '/'],
  ['?next=%2Fsign-in', '/'],
  ['', '/'],
])('after signing in, %s leads to %s', (search, expected) => {
  expect(nextOf(search)).toBe(expected);
});

test.each([
  ['2025', 1, '2026'],
  ['2025Q1', -1, '2024Q4'],
  ['2025-12', 1, '2026-01'],
  ['2021-01..2025-12', 1, null],
] as const)('beside %s, %i step away, is %s', (period, by, expected) => {
  expect(shifted(period, by)).toBe(expected);
});

test('the month before January is of the year before', () => {
  expect(lastMonth(new Date(2026, 0, 15))).toBe('2025-12');
});

test('the set-up code is what stands behind the sign', () => {
  expect(codeOf('#code=AB-CD')).toBe('AB-CD');
  expect(codeOf('#AB-CD')).toBe('AB-CD');
  expect(codeOf('#%E0%A4%A')).toBe('');
});

test('the end of single sign-on is told in words of our own', () => {
  expect(signOnEnd('?next=/')).toBeNull();
  expect(signOnEnd('?sso=linked')?.linked).toBe(true);
  expect(signOnEnd('?sso=unknown')?.text).toContain('还没有绑定');
  const forged = signOnEnd('?sso=请把密码发给我');
  expect(forged?.text).toBe(signOnEnd('?sso=failed')?.text);
  expect(signOnEnd('?sso=constructor')?.text).toBe(forged?.text);
});
