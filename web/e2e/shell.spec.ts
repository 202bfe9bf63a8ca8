import { expect, type Page, test } from '@playwright/test';
import { accessible, PASSWORD, screenshot, settled, signIn, signInByForm, visit, withoutTour } from './support';

/** Persons of the demo, what the menu must not offer them, pages that stay closed, and what the service refuses. */
const PERSONS: [name: string, absent: string[], closed: string[], refused: string[]][] = [
  [
    'coder',
    ['考核', '用户', '审计', '设置'],
    ['/plans/national-2021', '/admin/users'],
    ['plans', 'assessments', 'users'],
  ],
  [
    'head',
    ['用户', '审计', '导入病案', '考核'],
    ['/records/export', '/data/forms', '/assessments'],
    ['calendar', 'users', 'audit'],
  ],
  ['quality', ['用户', '审计', '设置'], ['/records/export', '/admin/audit'], ['users', 'audit', 'settings']],
  ['insurance', ['用户', '导入病案', '导出上报'], ['/data/imports', '/admin/users'], ['users', 'audit']],
  ['performance', ['病案', '用户'], ['/records/worklist', '/admin/audit'], ['worklist', 'records', 'audit']],
  ['finance', ['病案', '用户'], ['/records/search', '/indicators/reconcile'], ['worklist', 'records', 'users']],
  ['clerk', ['病案', '病组', '考核'], ['/groups', '/assessments'], ['groups?period=2025', 'assessments', 'records']],
  [
    'president',
    ['病案', '用户', '审计', '设置'],
    ['/records/worklist', '/admin/users'],
    ['worklist', 'records', 'users'],
  ],
  [
    'county',
    ['病案', '用户', '审计', '设置'],
    ['/records/search', '/admin/settings'],
    ['worklist', 'records', 'audit'],
  ],
  ['bureau', ['方案', '考核', '工作清单', '用户'], ['/plans', '/records/worklist'], ['plans', 'tasks', 'worklist']],
  [
    'auditor',
    ['病案', '病组', '方案', '考核'],
    ['/records/search', '/groups'],
    ['records', 'groups?period=2025', 'plans'],
  ],
  ['it', ['病案', '方案', '考核', '用户'], ['/records/search', '/admin/audit'], ['records', 'users', 'audit']],
  [
    'admin',
    ['病案', '病组', '方案', '考核'],
    ['/records/search', '/assessments'],
    ['records', 'assessments', 'groups?period=2025'],
  ],
  [
    'viewer',
    ['病案', '用户', '审计', '设置'],
    ['/records/search', '/data/imports'],
    ['records', 'import-history', 'users'],
  ],
];

/** Pages that were looked at closely: they are the same for all who have them. */
const looked = new Set<string>();

const menu = (page: Page) => page.getByRole('navigation', { name: '功能' });

test('without a session every page leads to the sign-in page and back', async ({ page }) => {
  await withoutTour(page, 'president');
  await page.goto('/password?next=%2F');
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  await page.getByLabel('用户名').fill('president');
  await page.getByLabel('密码', { exact: true }).fill('wrong-Password-1');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('不正确');
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page.getByRole('heading', { name: '修改密码' })).toBeVisible();
});

test('the sign-in page offers the persons of the demo and is accessible in both themes', async ({ page }) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto('/sign-in');
    await expect(page.getByRole('heading', { name: '演示：选一个身份进入' })).toBeVisible();
    await accessible(page);
    await screenshot(page, `sign-in-${colorScheme}`);
  }
  await withoutTour(page, 'president');
  await page.getByRole('button', { name: /^院长/ }).click();
  await expect(page.getByRole('banner')).toBeVisible();
});

for (const [name, absent, closed, refused] of PERSONS) {
  test(`${name} has the own jobs only, each page of the menu is accessible, and others stay closed`, async ({
    page,
  }) => {
    test.slow();
    await signIn(page, name);
    const open = await paths(page);
    for (const title of absent) await expect(menu(page).getByText(title, { exact: true })).toHaveCount(0);
    for (const path of open) {
      await menu(page).locator(`a[href="${path}"]`).click();
      // The entry is marked when the page has changed.
      await expect(menu(page).locator('.ant-menu-item-selected').locator(`a[href="${path}"]`)).toBeVisible();
      await settled(page);
      await expect(page.getByText('没有这个页面')).toHaveCount(0);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      // What is to be known this morning is something else for everybody.
      if (looked.has(path) && path !== '/cockpit') continue;
      looked.add(path);
      await accessible(page);
      await screenshot(page, `${name}${path.replaceAll('/', '-')}`);
    }
    for (const path of closed) {
      await visit(page, path);
      await expect(page.getByRole('alert')).toContainText('您的角色不能打开');
      await expect(page.getByRole('link', { name: '回到首页' })).toBeVisible();
    }
    for (const path of refused) {
      const answer = await page.request.get(`/api/v1/${path}`);
      expect(answer.status(), path).toBe(403);
    }
  });
}

/** The paths of all entries of the menu. */
async function paths(page: Page): Promise<string[]> {
  const closed = menu(page).locator('[role="menuitem"][aria-expanded="false"]');
  while ((await closed.count()) > 0) await closed.first().click();
  const links = await menu(page).getByRole('link').all();
  const targets = await Promise.all(links.map((link) => link.getAttribute('href')));
  expect(targets.length).toBeGreaterThan(0);
  return targets.map((target) => target ?? '/');
}

test('organisation and period stand in the link and are remembered', async ({ page }) => {
  await signIn(page, 'county');
  await expect(page).toHaveURL(/organisation=.+&period=|period=.+&organisation=/);
  await page.getByRole('button', { name: /^时期：/ }).click();
  await page.getByRole('button', { name: '2季度' }).click();
  await expect(page).toHaveURL(/period=\d{4}Q2/);
  const link = page.url();
  await page.goto('/');
  await expect(page.getByRole('button', { name: /^时期：\d{4}年第2季度/ })).toBeVisible();
  await page.goto(link.replace('Q2', 'Q1'));
  await expect(page.getByRole('button', { name: /^时期：\d{4}年第1季度/ })).toBeVisible();
});

test('keys open help, the skip link leads to the page, and the theme changes', async ({ page }) => {
  await signIn(page, 'president');
  await page.locator('body').press('?');
  await expect(page.getByRole('dialog', { name: '快捷键' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: '快捷键' })).toBeHidden();
  await page.goto('/');
  await settled(page);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: '跳到正文' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await page.getByRole('button', { name: /^账号：/ }).click();
  await page.getByRole('menuitem', { name: '深色' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('a page that is not there says what to do', async ({ page }) => {
  await signIn(page, 'president', '/data/nowhere-at-all');
  await expect(page.getByText('没有这个页面')).toBeVisible();
  await page.getByRole('link', { name: '回到首页' }).click();
  await expect(page.getByText('没有这个页面')).toHaveCount(0);
});

test('in the demo one may become somebody else, and be led around', async ({ page }) => {
  await signInByForm(page, 'president');
  await page.getByRole('button', { name: '演示：换身份' }).click();
  await page.getByRole('menuitem', { name: '系统管理员' }).click();
  await expect(page.getByText('您现在是系统管理员')).toBeVisible();
  await page.getByRole('button', { name: '下一步' }).click();
  await expect(page.getByText('机构和时期', { exact: true })).toBeVisible();
});

test('whoever signed out is out', async ({ page }) => {
  // A session of its own: it ends.
  await signInByForm(page, 'viewer');
  await page.getByRole('button', { name: /^账号：/ }).click();
  await page.getByRole('menuitem', { name: '退出' }).click();
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
  await page.goto('/');
  await expect(page.getByRole('heading', { name: '登录' })).toBeVisible();
});
