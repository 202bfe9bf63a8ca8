import { readFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { accessible, madeDocument, screenshot, settled, signInByForm, table } from './support';

/** The last month of the demonstration. */
const PERIOD = '2025-12';

/** Two cases with column names of the case table. */
const CASES = `id,sex,age,age_days,weight,dept,los,leaving,icu_hours,dx,px,trans
甲-1,1,50,,,,6,1,,I21.001,,
甲-2,2,57,,,,5,1,,K80.100x001,51.2300,
`;

/** The file that comes after a button was pressed: its name and its bytes. */
async function taken(page: Page, press: () => Promise<void>): Promise<[name: string, content: Buffer]> {
  const coming = page.waitForEvent('download');
  await press();
  const file = await coming;
  return [file.suggestedFilename(), await readFile(await file.path())];
}

test('质控办把最严重的问题分给编码员，导出清单；编码员在自己的清单里看到', async ({ page, browser }) => {
  await signInByForm(page, 'quality', '/records/worklist?state=open&order=severity');
  const list = page.getByRole('listbox', { name: '待处理的问题' });
  const first = list.getByRole('option', { selected: true });
  await expect(first).toBeVisible();
  const id = (await first.getAttribute('id')) ?? '';
  await page.getByRole('button', { name: '分派' }).click();
  const dialog = page.getByRole('dialog', { name: '分派 1 条' });
  await dialog.getByLabel('处理人').fill('coder');
  await dialog.getByRole('button', { name: '分派' }).click();
  await expect(page.getByText('已处理 1 条')).toBeVisible();
  const [name, content] = await taken(page, () => page.getByRole('button', { name: '导出 CSV' }).click());
  expect(name).toMatch(/\.csv$/);
  expect(content.toString('utf8').split('\n').length).toBeGreaterThan(2);

  const other = await browser.newContext();
  const coder = await other.newPage();
  await signInByForm(coder, 'coder', '/records/worklist?state=assigned&assignee=me');
  await expect(coder.locator(`[id="${id}"]`)).toBeVisible();
  await other.close();
});

test('医保办把一个文件分组，下载逐条结果', async ({ page }) => {
  await signInByForm(page, 'insurance', '/groups/calculator');
  await page.getByRole('tab', { name: '一个文件' }).click();
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: '疑难病例.csv', mimeType: 'text/csv', buffer: Buffer.from(CASES) });
  const result = page.getByRole('region', { name: '分组结果' });
  await expect(result).toBeVisible();
  await accessible(page);
  await screenshot(page, 'groups-calculator-file');
  const [name, content] = await taken(page, () => page.getByRole('button', { name: '下载逐条结果' }).click());
  expect(name).toBe('疑难病例-分组结果.csv');
  expect(content.toString('utf8')).toContain('甲-2');
});

test('院长从驾驶舱到偏离的指标，再下载方案的通报', async ({ page }) => {
  await signInByForm(page, 'president', `/cockpit?period=${PERIOD}&tile=drift`);
  await page.getByRole('region', { name: '指标偏离' }).getByRole('listitem').first().getByRole('link').click();
  await expect(page).toHaveURL(/\/indicators\/[A-Z0-9-]+/);
  await expect(page.getByRole('region', { name: '本期' })).toBeVisible();
  await settled(page);
  await accessible(page);
  await screenshot(page, 'indicator');
  await page.goto(`/plans/national-2021?period=${PERIOD}`);
  await page.getByRole('button', { name: '下载通报' }).click();
  const bulletin = await madeDocument(page, () => page.getByText('监测通报（PDF）').click());
  expect(bulletin.suggestedFilename()).toMatch(/\.pdf$/);
  const content = await readFile(await bulletin.path());
  expect(content.subarray(0, 5).toString('latin1')).toBe('%PDF-');
});

test('县卫健委看谁还没报，导出催报名单，再看方案的目标', async ({ page }) => {
  await signInByForm(page, 'county', `/data/calendar?period=${PERIOD}&view=calls`);
  await expect(table(page, '催报名单').getByRole('row').nth(1)).toBeVisible();
  await accessible(page);
  await screenshot(page, 'calendar-calls');
  await page.getByRole('button', { name: /导出$/ }).click();
  const [name, content] = await taken(page, () => page.getByRole('menuitem', { name: /XLSX/ }).click());
  expect(name).toMatch(/催报名单.*\.xlsx$/);
  expect(content.subarray(0, 2).toString('latin1')).toBe('PK');
  await page.goto(`/plans/national-2021?period=${PERIOD}`);
  await expect(table(page, '目标').getByRole('row').nth(1)).toBeVisible();
  await settled(page);
  await accessible(page);
  await screenshot(page, 'plan');
  await table(page, '目标').getByRole('row').nth(1).getByRole('link').first().click();
  await expect(page.getByRole('heading', { name: '谁拉动了它' })).toBeVisible();
  await settled(page);
  await accessible(page);
  await screenshot(page, 'target');
});

test('系统管理员导出用户名单', async ({ page }) => {
  await signInByForm(page, 'admin', '/admin/users');
  await expect(table(page, '用户').getByText('auditor', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: /导出$/ }).click();
  const [name, content] = await taken(page, () => page.getByRole('menuitem', { name: /CSV/ }).click());
  expect(name).toMatch(/^用户.*\.csv$/);
  expect(content.toString('utf8')).toContain('审计员');
});

test('信息科看运行情况，导出组织机构', async ({ page }) => {
  await signInByForm(page, 'it', '/admin/settings');
  await expect(page.getByRole('heading', { name: '设置', level: 1 })).toBeVisible();
  await page.goto('/admin/organisations');
  const [name, content] = await taken(page, () => page.getByRole('button', { name: /导出$/ }).click());
  expect(name).toMatch(/\.(zip|xlsx|csv)$/);
  expect(content.length).toBeGreaterThan(100);
});

test('只读的人看得到方案和指标，下载不了，也派不了任务', async ({ page }) => {
  await signInByForm(page, 'viewer', '/plans/national-2021');
  await expect(table(page, '目标').getByRole('row').nth(1)).toBeVisible();
  await expect(page.getByRole('button', { name: '下载通报' })).toHaveCount(0);
  const organisation = new URL(page.url()).searchParams.get('organisation') ?? '';
  const query = new URLSearchParams({ organisation, period: PERIOD, format: 'pdf' });
  const refused = await page.request.get(`/api/v1/plans/national-2021/bulletin?${query}`);
  expect(refused.status()).toBe(403);
});
