import { expect, test } from '@playwright/test';
import { signIn } from './support';

/** The last month of the demonstration. */
const PERIOD = '2025-12';
/** An indicator that is counted over records. */
const SHARE = 'DRG-GROUPING-RATE';

test('a quality officer goes from the cockpit to the records of an indicator, and the chief sees the same link', async ({
  page,
  browser,
}) => {
  await signIn(page, 'quality', `/cockpit?period=${PERIOD}`);
  await page.getByRole('button', { name: /指标偏离/ }).click();
  const tile = page.getByRole('region', { name: '指标偏离' });
  await expect(tile).toBeVisible();
  await tile.getByRole('link', { name: '查看全部' }).click();
  await expect(page.getByRole('heading', { name: '指标目录' })).toBeVisible();
  await expect(page).toHaveURL(/abnormal=drift/);

  await page.goto(`/indicators/${SHARE}?period=${PERIOD}`);
  const told = page.getByRole('region', { name: '本期' });
  await expect(told).toContainText(`入组率 ${PERIOD} 为`);
  await expect(page.getByRole('region', { name: '定义与来源' })).toContainText('出院人次');
  const records = page.getByRole('region', { name: '病案' });
  await expect(records.getByRole('heading', { name: /病案（\d+ 份）/ })).toBeVisible();
  await records.getByText('全部', { exact: true }).click();
  await expect(page).toHaveURL(/part=all/);

  // The chief sees exactly the same view.
  const link = page.url();
  const sentence = await told.locator('p').first().textContent();
  const other = await browser.newPage();
  await signIn(other, 'insurance', link);
  await expect(other.getByRole('region', { name: '本期' })).toContainText(sentence ?? '');
  await expect(other).toHaveURL(/part=all/);
  await other.close();
});

test('filters of the catalogue stand in the link, and the table is taken home', async ({ page }) => {
  await signIn(page, 'quality', `/indicators?period=${PERIOD}`);
  await page.getByRole('textbox', { name: '查找指标' }).or(page.getByLabel('查找指标')).first().fill('rzl');
  await expect(page.getByRole('link', { name: '入组率' })).toBeVisible();
  await expect(page).toHaveURL(/text=rzl/);
  await page.reload();
  await expect(page.getByRole('link', { name: '入组率' })).toBeVisible();
});

test('a list is compared with the figure', async ({ page }) => {
  await signIn(page, 'quality', `/indicators/reconcile?period=${PERIOD}&indicator=${SHARE}`);
  await page.getByLabel('自己的名单').fill('不存在的号码 1\n不存在的号码 2');
  await page.getByRole('button', { name: '核对', exact: true }).click();
  const result = page.getByRole('region', { name: '核对结果' });
  await expect(result).toContainText('只在名单中 2');
  await expect(result).toContainText('本期本单位没有这份病案');
});

test('who only reads sums does not see records', async ({ page }) => {
  await signIn(page, 'viewer', `/indicators/${SHARE}?period=${PERIOD}`);
  await expect(page.getByRole('region', { name: '本期' })).toContainText('入组率');
  await expect(page.getByText('您的角色只看汇总')).toBeVisible();
  await expect(page.getByRole('region', { name: '病案' })).toHaveCount(0);
  const here = new URL(page.url()).searchParams.get('organisation') ?? '';
  const query = new URLSearchParams({ organisation: here, period: PERIOD });
  const answer = await page.request.get(`/api/v1/indicators/${SHARE}/records?${query}`);
  expect(answer.status()).toBe(403);
});
