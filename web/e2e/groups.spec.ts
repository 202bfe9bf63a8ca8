import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { accessible, screenshot, settled, signIn, table } from './support';

test('医保办找到费用消耗指数最高的病组，看到病案并导出', async ({ page }) => {
  await signIn(page, 'insurance', '/groups?period=2025');
  await expect(page.getByRole('heading', { name: '病组分析' })).toBeVisible();
  await settled(page);
  await accessible(page);
  await screenshot(page, 'groups');
  const worst = page.getByRole('region', { name: '费用消耗指数最高的' });
  await worst.getByRole('button').first().click();
  await expect(page).toHaveURL(/\/groups\/[A-Z0-9]+/);
  await expect(page.getByRole('navigation', { name: '位置' })).toContainText('病组分析');
  await page.getByRole('tab', { name: '病案' }).click();
  const records = table(page, '病案');
  await expect(records.getByRole('row').nth(1)).toBeVisible();
  await page.getByRole('tab', { name: '定义' }).click();
  await expect(page.getByText('分组方案：').last()).toBeVisible();
  await accessible(page);
  await screenshot(page, 'group');
  await page.goBack();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '导出明细表' }).click();
  const path = await (await download).path();
  expect(await readFile(path, 'utf8')).toContain('费用消耗指数');
});

test('按科室、医师看，筛选留在地址里', async ({ page }) => {
  await signIn(page, 'insurance', '/groups?period=2025');
  await page.getByRole('tab', { name: '科室' }).click();
  await expect(page).toHaveURL(/by=department/);
  await table(page, '病组分析').getByRole('link').first().click();
  await expect(page).toHaveURL(/department=/);
  await expect(page.getByRole('button', { name: /科室：/ })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: /科室：/ })).toBeVisible();
});

test('分组计算器按编码和拼音找编码并分组', async ({ page }) => {
  await signIn(page, 'coder', '/groups/calculator');
  const diagnoses = page.getByLabel('诊断', { exact: true });
  await diagnoses.fill('K80.100x001');
  await diagnoses.press('Enter');
  await expect(page.getByRole('list', { name: '已输入的诊断' })).toContainText('K80.100x001');
  await page.getByRole('radio', { name: '女' }).check();
  await page.getByLabel('年龄（岁）').fill('57');
  await expect(page.getByText('分组成功')).toBeVisible();
  const before = (await page.locator('.bc-result').textContent()) ?? '';
  const procedures = page.getByLabel('手术操作', { exact: true });
  await procedures.fill('51.2300');
  await procedures.press('Enter');
  await expect(page.getByRole('list', { name: '已输入的手术操作' })).toContainText('51.2300');
  await expect(page.locator('.bc-result')).not.toHaveText(before);
  await expect(page.getByRole('list', { name: '判断的先后' })).toContainText('ADRG');
  await accessible(page);
  await screenshot(page, 'groups-calculator');
});

test('财务看到汇总，看不到病案', async ({ page }) => {
  await signIn(page, 'finance', '/groups?period=2025');
  await table(page, '病组分析').getByRole('link').first().click();
  await expect(page.getByRole('tab', { name: '医院比较' })).toBeVisible();
  await expect(page.getByRole('tab', { name: '病案' })).toHaveCount(0);
  const answer = await page.request.get('/api/v1/groups/GB21/records?period=2025');
  expect(answer.status()).toBe(403);
});
