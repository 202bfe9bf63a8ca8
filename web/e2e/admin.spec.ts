import { createHmac } from 'node:crypto';
import { expect, type Page, test } from '@playwright/test';
import { settled, signIn, table, withoutTour } from './support';

/** What a new person takes for a password. */
const OWN_PASSWORD = 'Yunze-Bridge-27';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What an authenticator app shows now for a key: RFC 6238 with SHA-1, six digits and 30 seconds. */
function codeOf(key: string): string {
  const bits = [...key.replace(/[\s=]/g, '')].map((sign) => BASE32.indexOf(sign).toString(2).padStart(5, '0')).join('');
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', Buffer.from(bytes)).update(counter).digest();
  const from = (digest.at(-1) ?? 0) & 0xf;
  return ((digest.readUInt32BE(from) & 0x7fff_ffff) % 1_000_000).toString().padStart(6, '0');
}

/** Makes an account with a role on the page of users, and gives its one-time password. */
async function newUser(page: Page, name: string, role: string, unit: string): Promise<string> {
  await page.getByRole('button', { name: '新建用户' }).click();
  const dialog = page.getByRole('dialog', { name: '新建用户' });
  await dialog.getByLabel('用户名').fill(name);
  await dialog.getByLabel('姓名').fill('演示新人');
  await dialog.getByLabel('角色').fill(role);
  await page.getByTitle(role, { exact: true }).click();
  await dialog.getByLabel('范围').fill(unit);
  await dialog.getByRole('button', { name: /新\s*建/ }).click();
  const secret = page.getByLabel('一次性密码').locator('code');
  await expect(secret).toBeVisible();
  const password = (await secret.innerText()).trim();
  await page.getByRole('button', { name: '已经记下' }).click();
  await expect(table(page, '用户').getByText(name)).toBeVisible();
  return password;
}

/** Signs in by the form, as somebody who is then led to something else first. */
async function enter(page: Page, name: string, password: string): Promise<void> {
  await withoutTour(page, name);
  await page.goto('/sign-in');
  await page.getByLabel('用户名').fill(name);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}

test('管理员新建用户并授予角色，本人登录后须先改密码', async ({ page, browser }) => {
  const name = `e2e${Date.now().toString(36)}`;
  await signIn(page, 'admin', '/admin/users');
  const password = await newUser(page, name, '只读', 'all');

  const other = await browser.newContext();
  const theirs = await other.newPage();
  await enter(theirs, name, password);
  await expect(theirs.getByRole('heading', { name: '修改密码' })).toBeVisible();
  await theirs.goto('/admin/organisations');
  await expect(theirs.getByRole('heading', { name: '修改密码' })).toBeVisible();
  await other.close();
});

test('角色须用动态口令的人，启用之后才能继续', async ({ page, browser }) => {
  const name = `e2f${Date.now().toString(36)}`;
  await signIn(page, 'admin', '/admin/users');
  const first = await newUser(page, name, '市卫健委', 'division:990121');

  const other = await browser.newContext();
  const theirs = await other.newPage();
  await enter(theirs, name, first);
  await theirs.getByLabel('原密码').fill(first);
  await theirs.getByLabel('新密码', { exact: true }).fill(OWN_PASSWORD);
  await theirs.getByLabel('再输一次').fill(OWN_PASSWORD);
  await theirs.getByRole('button', { name: '修改密码' }).click();
  const title = theirs.getByRole('heading', { name: '启用动态口令' });
  await expect(title).toBeVisible();
  // Nothing else opens before that, and the service refuses it, too.
  await theirs.goto('/indicators');
  await expect(title).toBeVisible();
  const refused = await theirs.request.get('/api/v1/indicators', { headers: { 'x-biaochi': '1' } });
  expect(refused.status()).toBe(403);

  await theirs.getByLabel('密码', { exact: true }).fill(OWN_PASSWORD);
  await theirs.getByRole('button', { name: '下一步' }).click();
  await expect(theirs.getByLabel('动态口令的二维码')).toBeVisible();
  const key = (await theirs.locator('code').innerText()).trim();
  await theirs.getByLabel('六位数字').fill(codeOf(key));
  await theirs.getByRole('button', { name: '确认启用' }).click();
  await expect(theirs.getByRole('banner')).toBeVisible();
  await expect(theirs).toHaveURL(/\/indicators/);
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
