import { expect, test } from '@playwright/test';
import { madeDocument, signIn, table } from './support';

test('the county officer goes from what is off course to a task', async ({ page }) => {
  await signIn(page, 'county', '/plans');
  await expect(page.getByRole('heading', { name: '方案和目标' })).toBeVisible();
  await page
    .getByRole('link', { name: /推动公立医院高质量发展/ })
    .first()
    .click();
  const targets = table(page, '目标');
  await expect(targets).toBeVisible();
  await expect(targets.getByRole('row').nth(1)).toBeVisible();
  await targets.getByRole('row').nth(1).getByRole('link').first().click();
  await expect(page.getByRole('heading', { name: '谁拉动了它' })).toBeVisible();
  await page.getByRole('button', { name: '派成任务' }).click();
  await page.getByLabel('要做什么').fill('核对偏离的目标');
  await page.getByRole('button', { name: '登记任务' }).click();
  await expect(page.getByText('任务已列入台账')).toBeVisible();
  await expect(page.getByRole('dialog')).toContainText('核对偏离的目标');
});

test('tasks are a table, a board and a timeline', async ({ page }) => {
  await signIn(page, 'county', '/plans/tasks');
  await expect(table(page, '任务台账')).toBeVisible();
  await page.getByText('看板', { exact: true }).click();
  await expect(page.getByRole('region', { name: '待分派' })).toBeVisible();
  await page.getByText('时间线', { exact: true }).click();
  await expect(page).toHaveURL(/view=timeline/);
});

test('the bulletin of a plan is downloaded', async ({ page }) => {
  await signIn(page, 'county', '/plans/national-2021');
  await page.getByRole('button', { name: '下载通报' }).click();
  const file = await madeDocument(page, () => page.getByText('监测通报（PDF）').click());
  expect(file.suggestedFilename()).toContain('.pdf');
});

test('somebody who may only look begins no task', async ({ page }) => {
  await signIn(page, 'viewer', '/plans/tasks/new');
  await expect(page.getByText('您没有登记任务的权限')).toBeVisible();
});
