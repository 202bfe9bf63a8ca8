import { expect, test } from '@playwright/test';
import { signIn } from './support';

/** The last month of the demonstration. */
const PERIOD = '2025-12';

test('the president reads the tiles on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, 'president', `/cockpit?period=${PERIOD}`);
  for (const title of ['方案进度', '指标偏离', '首页质量', '到期事项', '病组与费用']) {
    const tile = page.getByRole('button', { name: new RegExp(title) });
    await expect(tile).toBeVisible();
    await tile.click();
    await expect(page.getByRole('region', { name: title })).toBeVisible();
  }
  await expect(page).toHaveURL(/tile=money/);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(wide).toBe(false);
});

test('a tile opens the page behind it with its filters', async ({ page }) => {
  await signIn(page, 'president', `/cockpit?period=${PERIOD}&tile=drift`);
  const opened = page.getByRole('region', { name: '指标偏离' });
  await opened.getByRole('link', { name: '查看全部' }).click();
  await expect(page).toHaveURL(new RegExp(`/indicators\\?.*period=${PERIOD}.*abnormal=drift`));
});

test('the county sees its hospitals by what needs attention', async ({ page }) => {
  await signIn(page, 'county', `/cockpit?period=${PERIOD}&tile=region`);
  const opened = page.getByRole('region', { name: '机构情况' });
  await expect(opened.getByRole('listitem').first()).toBeVisible();
  await opened.getByRole('listitem').first().getByRole('link').first().click();
  await expect(page).toHaveURL(/\/cockpit\?organisation=/);
  await expect(page.getByRole('button', { name: /首页质量/ })).toBeVisible();
});

test('a coder has no tile of the plan', async ({ page }) => {
  await signIn(page, 'coder', `/cockpit?period=${PERIOD}`);
  await expect(page.getByRole('button', { name: /我的待办/ })).toBeVisible();
  await expect(page.getByRole('button', { name: /方案进度/ })).toHaveCount(0);
  const answer = await page.request.get(`/api/v1/cockpit/plan?period=${PERIOD}`);
  expect(answer.status()).toBe(403);
});
