import { expect, test } from '@playwright/test';
import { settled, signIn, table, withoutTour } from './support';

test('管理员新建用户并授予角色，本人登录后须先改密码', async ({ page, browser }) => {
  const name = `e2e${Date.now().toString(36)}`;
  await signIn(page, 'admin', '/admin/users');
  await page.getByRole('button', { name: '新建用户' }).click();
  const dialog = page.getByRole('dialog', { name: '新建用户' });
  await dialog.getByLabel('用户名').fill(name);
  await dialog.getByLabel('姓名').fill('演示新人');
  await dialog.getByLabel('角色').fill('只读');
  await page.getByTitle('只读', { exact: true }).click();
  await dialog.getByLabel('范围').fill('all');
  await dialog.getByRole('button', { name: /新\s*建/ }).click();
  const secret = page.getByLabel('一次性密码').locator('code');
  await expect(secret).toBeVisible();
  const password = (await secret.innerText()).trim();
  await page.getByRole('button', { name: '已经记下' }).click();
  await expect(table(page, '用户').getByText(name)).toBeVisible();

  const other = await browser.newContext();
  const theirs = await other.newPage();
  await withoutTour(theirs, name);
  await theirs.goto('/sign-in');
  await theirs.getByLabel('用户名').fill(name);
  await theirs.getByLabel('密码', { exact: true }).fill(password);
  await theirs.getByRole('button', { name: '登录', exact: true }).click();
  await expect(theirs.getByRole('heading', { name: '修改密码' })).toBeVisible();
  await theirs.goto('/admin/organisations');
  await expect(theirs.getByRole('heading', { name: '修改密码' })).toBeVisible();
  await other.close();
});

test('审计员查找、核验并导出审计日志', async ({ page }) => {
  await signIn(page, 'auditor', '/admin/audit');
  await page.getByLabel('操作人').fill('auditor');
  await page.getByLabel('操作人').press('Enter');
  await settled(page);
  await expect(table(page, '审计日志').getByText('登录').first()).toBeVisible();
  await page.getByRole('button', { name: '核验' }).click();
  await page.getByRole('button', { name: '开始核验' }).click();
  await expect(page.getByText(/审计日志完整/)).toBeVisible();
  await page
    .getByRole('button', { name: /关\s*闭/ })
    .last()
    .click();
  const file = page.waitForEvent('download');
  await page.getByRole('button', { name: '导出日志' }).click();
  await page.getByText('Excel 工作簿（XLSX）').click();
  expect((await file).suggestedFilename()).toBe('审计日志.xlsx');
});

test('信息科新建叠加包，错误标在行上', async ({ page }) => {
  const id = `e2e-${Date.now().toString(36)}`;
  await signIn(page, 'it', '/admin/packs');
  await page.getByRole('button', { name: '新建叠加包' }).click();
  const dialog = page.getByRole('dialog', { name: '新建叠加包' });
  await dialog.getByLabel('叠加在').fill('front-page-checks');
  await page.getByTitle(/front-page-checks/).click();
  await dialog.getByLabel('标识').fill(id);
  await dialog.getByLabel('名称').fill('演示规则');
  await dialog.getByRole('button', { name: '新建草稿' }).click();
  await expect(page.getByRole('heading', { name: '演示规则' })).toBeVisible();
  await page.getByRole('tab', { name: '文件' }).click();
  await page.getByRole('button', { name: 'checks/local.toml' }).click();
  await page.getByLabel('checks/local.toml 的内容').fill('[[adjust]]\nchek = 1\n');
  await page.getByRole('button', { name: '保存为草稿' }).click();
  await expect(page.getByText(/处错误，改正后才能启用/)).toBeVisible();
  await expect(page.getByRole('button', { name: /错误 checks\/local\.toml 第 \d+ 行/ }).first()).toBeVisible();
});

test('编码员到不了用户管理', async ({ page }) => {
  await signIn(page, 'coder', '/admin/users');
  await expect(page.getByRole('alert')).toContainText('您的角色不能');
  const refused = await page.request.get('/api/v1/users', { headers: { 'x-biaochi': '1' } });
  expect(refused.status()).toBe(403);
});
