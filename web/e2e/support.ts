import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { type BrowserContext, type Download, expect, type Locator, type Page } from '@playwright/test';

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

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

/** Sessions of persons of the demo: whoever comes again need not prove the password again. */
const sessions = new Map<string, Cookies>();

/** Lets a person of the demo in, and opens `to`, or the first page of the person. */
export async function signIn(page: Page, name: string, to = '/'): Promise<void> {
  await withoutTour(page, name);
  const context = page.context();
  const known = sessions.get(name);
  if (known) await context.addCookies(known);
  else {
    const answer = await page.request.post('/api/v1/session', {
      headers: { 'x-biaochi': '1' },
      data: { name, password: PASSWORD },
    });
    expect(answer.ok(), await answer.text()).toBe(true);
    sessions.set(name, await context.cookies());
  }
  await visit(page, to);
}

/** Signs a person of the demo in by the form, as people do; leads to `to`, or to the first page of the person. */
export async function signInByForm(page: Page, name: string, to?: string): Promise<void> {
  await withoutTour(page, name);
  await page.goto(to ? `/sign-in?next=${encodeURIComponent(to)}` : '/sign-in');
  await expect(page.getByLabel('用户名')).toBeVisible();
  await page.getByLabel('用户名').fill(name);
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await opened(page);
}

/** Opens a page and waits until it has everything. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await opened(page);
}

async function opened(page: Page): Promise<void> {
  await expect(page.getByRole('banner')).toBeVisible();
  await settled(page);
}

/** Waits until nothing is being read any more. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('status', { name: '正在读取' })).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

/** A table by its name, whether its rows are only read or can be opened. */
export function table(inside: Page | Locator, name: string): Locator {
  return inside.getByRole('table', { name, exact: true }).or(inside.getByRole('grid', { name, exact: true }));
}

/**
 * The document that comes after `press`: at once, or from the own documents of the person, where it takes longer than
 * a moment to be made.
 */
export async function madeDocument(page: Page, press: () => Promise<void>): Promise<Download> {
  const coming = page.waitForEvent('download', { timeout: 0 });
  const later = page.getByText('文件还在生成').waitFor();
  await press();
  const file = await Promise.race([coming, later.then(() => null)]);
  if (file) return file;
  await page.getByRole('button', { name: '文档', exact: true }).click();
  await page.locator('.bc-jobs > li').first().getByRole('button', { name: '下载' }).click({ timeout: 0 });
  return coming;
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
