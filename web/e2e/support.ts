import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** The password of the persons of the demo. */
export const PASSWORD = 'Biaochi-2026';

/** Sizes at which pages are looked at: the screen in most offices, and a phone. */
const SIZES = [
  { width: 1366, height: 768 },
  { width: 390, height: 844 },
] as const;

const artefacts = fileURLToPath(new URL('../artefacts/', import.meta.url));

/** Keeps the tour from covering the page. */
export async function withoutTour(page: Page, name: string): Promise<void> {
  await page.addInitScript((key) => localStorage.setItem(key, 'seen'), `biaochi/tour/${name}`);
}

/** Signs a person of the demo in by the form, as people do; leads to `to`, or to the first page of the person. */
export async function signIn(page: Page, name: string, to?: string): Promise<void> {
  await withoutTour(page, name);
  await page.goto(to ? `/sign-in?next=${encodeURIComponent(to)}` : '/sign-in');
  await page.getByLabel('用户名').fill(name);
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page.getByRole('banner')).toBeVisible();
  await settled(page);
}

/** Waits until nothing is being read any more. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('status', { name: '正在读取' })).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

/** Leaves pictures of a page at both sizes for a person to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(artefacts, { recursive: true });
  const before = page.viewportSize();
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await settled(page);
    await page.screenshot({ path: `${artefacts}${name}-${size.width}.png`, animations: 'disabled' });
  }
  if (before) await page.setViewportSize(before);
}

/** Fails on what keeps somebody from using the page: serious findings of axe and worse ones. */
export async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const told = serious.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n  ${nodes
        .slice(0, 5)
        .map((node) => node.html.slice(0, 200))
        .join('\n  ')}`,
  );
  expect(told, told.join('\n')).toEqual([]);
}
