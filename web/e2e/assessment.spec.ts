import { expect, test } from '@playwright/test';
import { signIn } from './support';

test('a president objects, the county answers and publishes', async ({ page, browser }) => {
  await signIn(page, 'president');
  await page.goto('/assessments');
  await page.getByRole('grid', { name: '绩效考核' }).getByRole('link').first().click();
  await expect(page.getByText('这里只有您管理的机构')).toBeVisible();
  await page.getByRole('tab', { name: /^异议/ }).click();
  await page.getByRole('button', { name: '提出异议' }).click();
  await page.getByLabel('异议内容和理由').fill('年终核实漏计一次会诊');
  await page.getByRole('button', { name: /^提\s?出$/ }).click();
  await expect(page.getByText('异议已提出，等待答复')).toBeVisible();

  const other = await browser.newContext();
  const officer = await other.newPage();
  await signIn(officer, 'county');
  await officer.goto('/assessments');
  await officer.getByRole('grid', { name: '绩效考核' }).getByRole('link').first().click();
  await expect(officer.getByText('还不能发布')).toBeVisible();
  await officer.getByRole('grid', { name: '得分和名次' }).getByRole('row').nth(1).getByRole('link').first().click();
  await expect(officer.getByRole('grid', { name: '项目得分' })).toBeVisible();
  await officer.getByRole('tab', { name: '得分的由来' }).click();
  await expect(officer.getByText(/建议等次/).first()).toBeVisible();
  await officer.goBack();
  await officer.getByRole('tab', { name: /^异议/ }).click();
  await officer
    .getByRole('button', { name: /^答\s?复$/ })
    .first()
    .click();
  await officer.getByText('不成立', { exact: true }).click();
  await officer.getByLabel('答复', { exact: true }).fill('会诊记录已计入第三季度');
  await officer
    .getByRole('dialog')
    .getByRole('button', { name: /^答\s?复$/ })
    .click();
  await expect(officer.getByText('已答复')).toBeVisible();
  await officer.getByRole('button', { name: /^发\s?布$/ }).click();
  await expect(officer.getByRole('dialog')).toContainText('将定稿');
  await officer.getByRole('button', { name: '确认发布' }).click();
  await expect(officer.getByText('已发布，可以下载通报')).toBeVisible();
  await officer.getByRole('button', { name: '通报和得分表' }).click();
  const file = officer.waitForEvent('download');
  await officer.getByText('下载通报（PDF）').click();
  expect((await file).suggestedFilename()).toContain('通报.pdf');
  await other.close();
});

test('a coder has no assessments and publishes none', async ({ page }) => {
  await signIn(page, 'coder');
  await expect(page.getByRole('link', { name: '绩效考核' })).toHaveCount(0);
  const answer = await page.request.post('/api/v1/assessments/wanshan-2021-demo-2025-1/publish', {
    headers: { 'x-biaochi': '1' },
    data: { result_hash: 'x' },
  });
  expect(answer.status()).toBe(403);
});
