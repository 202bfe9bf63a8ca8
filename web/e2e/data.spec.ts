import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { signIn, table } from './support';

/** A month after those of the demonstration: nobody has filled anything in for it. */
const MONTH = '2026-01';

test('a coder uploads the sample, sees how far it is and takes the rejects', async ({ page }, info) => {
  test.slow();
  await signIn(page, 'coder', '/data/imports');
  const sample = page.waitForEvent('download');
  await page.getByRole('button', { name: '下载示例文件' }).click();
  // Under its own name, as it lies in the folder of a person.
  const file = info.outputPath((await sample).suggestedFilename());
  await (await sample).saveAs(file);
  await page.locator('input[type=file]').setInputFiles(file);
  const job = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('button', { name: '下载拒收' }) })
    .first();
  // Persons are followed across all months before it is over.
  await expect(job).toBeVisible({ timeout: info.timeout / 2 });
  await job.getByRole('button', { name: '下载拒收' }).click();
  const rejects = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('button', { name: '查看' }).click();
  expect((await rejects).suggestedFilename()).toContain('.csv');
  await page.goto('/data/history');
  await expect(table(page, '入库记录')).toContainText(MONTH);
});

test('a part of a month does not replace it unasked', async ({ page }, info) => {
  test.slow();
  await signIn(page, 'coder', '/data/imports');
  const sample = page.waitForEvent('download');
  await page.getByRole('button', { name: '下载示例文件' }).click();
  const whole = info.outputPath((await sample).suggestedFilename());
  await (await sample).saveAs(whole);
  const files = page.locator('input[type=file]');
  const imports = page.getByRole('listitem', { name: /^导入 / });
  const before = await imports.count();
  await files.setInputFiles(whole);
  await expect(imports).toHaveCount(before + 1);
  // Whether it is the first time, or all of it is known already.
  await expect(imports.first().getByText('已完成')).toBeVisible({ timeout: info.timeout / 3 });

  const part = info.outputPath('一部分.csv');
  writeFileSync(part, readFileSync(whole, 'utf8').split('\n').slice(0, 21).join('\n'));
  await files.setInputFiles(part);
  const asked = imports.filter({ hasText: '一部分.csv' }).first();
  const confirm = asked.getByRole('button', { name: '确认替换' });
  await expect(confirm).toBeVisible({ timeout: info.timeout / 3 });
  await expect(asked.getByRole('button', { name: '按更正导入' })).toBeVisible();
  await confirm.click();
  const dialog = page.getByRole('dialog', { name: '确认整月替换' });
  await expect(dialog).toContainText(MONTH);
  await dialog.getByRole('button', { name: '确认替换' }).click();
  await expect(asked.getByText('已完成')).toBeVisible({ timeout: info.timeout / 3 });
  await page.goto('/data/history');
  await expect(table(page, '入库记录').getByRole('row').nth(1)).toContainText('一部分.csv');
});

test('a form goes from the clerk to the performance office, by two persons', async ({ page }) => {
  await signIn(page, 'clerk', `/data/forms?period=${MONTH}`);
  await table(page, '应报数据').getByRole('row').nth(1).click();
  const grid = page.getByRole('table').first();
  await expect(grid).toBeVisible();
  // The examples of the definition are a form without errors.
  const address = page.url();
  const [, dataset, owner] = /forms\/([^/]+)\/([^/]+)\//.exec(address) ?? [];
  const definition = await (await page.request.get(`/api/v1/datasets/${dataset}`)).json();
  const rows: string[] = definition.breakdown?.choices ?? [''];
  for (const row of rows)
    for (const field of definition.fields as {
      id: string;
      title: string;
      choices: string[];
      example: string | null;
    }[]) {
      if (field.example === null) continue;
      const name = row === '' ? field.title : `${row} ${field.title}`;
      if (field.choices.length > 0) {
        await page.getByRole('combobox', { name, exact: true }).click();
        await page.locator('.ant-select-item-option').filter({ hasText: field.example }).last().click();
        continue;
      }
      await page.getByRole('textbox', { name, exact: true }).fill(field.example);
    }
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('草稿', { exact: false }).first()).toBeVisible();
  await page.getByRole('button', { name: '提交' }).click();
  // What looks unlikely is explained first.
  const dialog = page.getByRole('dialog');
  const submitted = page.getByText('已提交', { exact: false }).first();
  await expect(dialog.or(submitted).first()).toBeVisible();
  if (await dialog.isVisible()) {
    await dialog.getByRole('textbox').fill('首月填报，没有上期可比');
    await dialog.getByRole('button', { name: '提交' }).click();
  }
  await expect(submitted).toBeVisible();

  await page.context().clearCookies();
  await signIn(page, 'performance', address);
  await page.getByRole('button', { name: '审核通过' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '审核通过' }).click();
  await expect(page.getByText('已审核', { exact: false }).first()).toBeVisible();
  expect(owner).toBeTruthy();
});

test('who owes what is a table, and whom to call can be exported', async ({ page }) => {
  await signIn(page, 'county', `/data/calendar?period=${MONTH}`);
  await expect(table(page, '填报日历')).toBeVisible();
  await page.getByRole('tab', { name: /催报名单/ }).click();
  await page.getByRole('button', { name: '导出' }).click();
  const file = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /CSV/ }).click();
  expect((await file).suggestedFilename()).toContain('催报名单');
});

test('who only looks cannot fill in or submit, and is told why', async ({ page }) => {
  await signIn(page, 'viewer', `/data/forms?period=${MONTH}`);
  await table(page, '应报数据').getByRole('row').nth(1).click();
  await expect(page.getByRole('button', { name: '保存' })).toBeDisabled();
  await expect(page.getByRole('button', { name: '提交' })).toBeDisabled();
  await expect(page.getByRole('textbox').first()).toBeDisabled();
});
