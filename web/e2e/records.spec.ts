import { expect, test } from '@playwright/test';
import { madeDocument, signIn } from './support';

test('a coder corrects a record from the worklist by keyboard and exports the month', async ({ page }) => {
  await signIn(page, 'coder', '/records/worklist?state=open&order=due');
  const list = page.getByRole('listbox', { name: '待处理的问题' });
  await expect(list.getByRole('option').first()).toBeVisible();
  const first = await list.getByRole('option', { selected: true }).getAttribute('id');
  await list.focus();
  await page.keyboard.press('j');
  await expect(list.getByRole('option', { selected: true })).not.toHaveAttribute('id', first ?? '');
  await page.keyboard.press('k');
  await expect(page.getByRole('region', { name: '诊断', exact: true })).toBeVisible();
  await page.keyboard.press('Enter');

  // Something harmless in a field of the form, typed where the cursor goes.
  const ward = page.getByLabel('出院病房');
  await ward.focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('一病区复核');
  await expect(page.getByRole('button', { name: /保存 1 处/ })).toBeEnabled();
  await page.keyboard.press('Control+s');
  await expect(page.getByText(/^已保存/).first()).toBeVisible();
  await expect(page.getByRole('button', { name: /保存 1 处/ })).toHaveCount(0);

  await page.goto('/records/export');
  await expect(page.getByText('未了结的问题', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: /^导出 \d{4}-\d{2}/ }).click();
  const file = await madeDocument(page, () => page.getByRole('dialog').getByRole('button', { name: '查看' }).click());
  expect(file.suggestedFilename()).toContain('病案首页');
});

test('an item is accepted with a reason, by keyboard', async ({ page }) => {
  await signIn(page, 'coder', '/records/worklist?state=open');
  const list = page.getByRole('listbox', { name: '待处理的问题' });
  await expect(list.getByRole('option').first()).toBeVisible();
  await list.focus();
  await page.keyboard.press('e');
  const dialog = page.getByRole('dialog', { name: /核实无误/ });
  await dialog.getByLabel('理由').fill('病历记录与首页一致');
  await page.keyboard.press('Enter');
  await expect(page.getByText('已核实 1 条无误')).toBeVisible();
});

test('the commission of the county sees no records', async ({ page }) => {
  await signIn(page, 'county', '/records/search');
  await expect(page.getByText(/没有权限|权限|不能/).first()).toBeVisible();
  await expect(page.getByRole('link', { name: '工作清单' })).toHaveCount(0);
});
