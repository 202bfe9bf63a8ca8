import { type APIRequestContext, type Browser, expect, type Locator, type Page, test } from '@playwright/test';
import { accessible, madeDocument, PASSWORD, settled, signIn, table, withoutTour } from './support';

const OWN = { 'x-biaochi': '1' };
const SCHEME = 'wanshan-2021-demo';
const COUNTY = 'division:990121';
const HOSPITAL = '12990121SYN0010100';

/** An assessment of its own: that of the demo stays open for others. */
async function ownRun(request: APIRequestContext): Promise<string> {
  const made = await request.post('/api/v1/assessments', {
    headers: OWN,
    data: { scheme: SCHEME, organisation: COUNTY, period: '2025' },
    timeout: 120_000,
  });
  expect(made.status(), await made.text()).toBe(201);
  return ((await made.json()) as { run: string }).run;
}

/** The score of the hospital in a run. */
async function scoreIn(request: APIRequestContext, run: string): Promise<string | null> {
  const answer = await request.get(`/api/v1/assessments/${run}`, { headers: OWN });
  const found = (await answer.json()) as { institutions: { organisation: string; score: string | null }[] };
  return found.institutions.find((one) => one.organisation === HOSPITAL)?.score ?? null;
}

/** The button that settles a change, in the row of the change with these reasons: the head of the column has a button of the same name. */
function decide(page: Page, reasons: string): Locator {
  return table(page, '调整')
    .getByRole('row')
    .filter({ hasText: reasons })
    .getByRole('button', { name: /^决\s?定$/ });
}

/** Chooses from a list that opens below a field. */
async function pick(page: Page, field: Locator, option: RegExp): Promise<void> {
  await field.click();
  await page.locator('.ant-select-item-option').filter({ hasText: option, visible: true }).first().click();
}

/** A second officer of the commission: who proposes a change does not decide it. */
async function secondOfficer(browser: Browser): Promise<Page> {
  const name = `office${Date.now().toString(36)}`;
  const chosen = 'cloud-gate-river-91';
  const admins = await browser.newContext();
  const signedIn = await admins.request.post('/api/v1/session', {
    headers: OWN,
    data: { name: 'admin', password: PASSWORD },
  });
  expect(signedIn.ok(), await signedIn.text()).toBe(true);
  const made = await admins.request.post('/api/v1/users', {
    headers: OWN,
    data: { name, title: '审定人', role: { role: 'county-commission', unit: COUNTY } },
  });
  expect(made.ok(), await made.text()).toBe(true);
  const { password } = (await made.json()) as { password: string };
  await admins.close();
  const context = await browser.newContext();
  const open = (secret: string) =>
    context.request.post('/api/v1/session', { headers: OWN, data: { name, password: secret } });
  expect((await open(password)).ok()).toBe(true);
  const changed = await context.request.put('/api/v1/me/password', {
    headers: OWN,
    data: { old: password, new: chosen },
  });
  expect(changed.ok(), await changed.text()).toBe(true);
  expect((await open(chosen)).ok()).toBe(true);
  const page = await context.newPage();
  await withoutTour(page, name);
  return page;
}

test('a president objects, the county answers, adjusts with a second person and publishes', async ({
  page: officer,
  browser,
}) => {
  test.slow();
  await signIn(officer, 'county');
  const run = await ownRun(officer.request);
  const before = await scoreIn(officer.request, run);

  // The hospital sees its own score with reasons, and objects to an item from a list.
  const hospital = await browser.newContext();
  const president = await hospital.newPage();
  await signIn(president, 'president', `/assessments/${run}`);
  await expect(president.getByText('这里只有您管理的机构')).toBeVisible();
  await president.getByRole('grid', { name: '得分和名次' }).getByRole('link').first().click();
  await expect(president.getByRole('grid', { name: '项目得分' })).toBeVisible();
  await expect(president.getByText('异议和答复')).toBeVisible();
  await expect(president.getByRole('button', { name: '提出得分调整' })).toHaveCount(0);
  await president.getByRole('button', { name: '对得分提出异议' }).click();
  const objection = president.getByRole('dialog', { name: '提出异议' });
  await pick(president, objection.getByLabel('阶段（不选为总分）'), /^年终考核$/);
  const item = objection.getByLabel('项目（不选为整个阶段）');
  await item.fill('手术占比');
  await pick(president, item, /^H1 .+ · /);
  await expect(objection.getByText(/可得 0–12 分/)).toBeVisible();
  await objection.getByLabel('异议内容和理由').fill('日间手术没有计入');
  const proof = { name: '手术室登记.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 x') };
  await objection.locator('input[type=file]').setInputFiles(proof);
  await expect(objection.getByText(proof.name)).toBeVisible();
  await objection.getByRole('button', { name: /^提\s?出$/ }).click();
  await expect(president.getByText('异议已提出，等待答复')).toBeVisible();

  // The officer sees what keeps the run from being published, answers, and proposes a change.
  await officer.goto(`/assessments/${run}`);
  await expect(officer.getByText('还不能发布')).toBeVisible();
  await officer.getByRole('tab', { name: /^异议/ }).click();
  const opened = officer.waitForEvent('download');
  await officer.getByRole('button', { name: proof.name }).click();
  expect((await opened).suggestedFilename()).toBe(proof.name);
  await officer
    .getByRole('button', { name: /^答\s?复$/ })
    .first()
    .click();
  const reply = officer.getByRole('dialog', { name: /答复第/ });
  await reply.getByLabel('答复', { exact: true }).fill('核对手术室登记，属实');
  await reply.getByRole('button', { name: /^答\s?复$/ }).click();
  await expect(officer.getByText('已答复', { exact: true })).toBeVisible();
  await officer.getByRole('tab', { name: /^调整/ }).click();
  await officer.getByRole('button', { name: '提出调整' }).click();
  const change = officer.getByRole('dialog', { name: '提出调整' });
  await pick(officer, change.getByLabel('由哪件异议引起（可不选）'), /^第 1 号/);
  await expect(change.getByText(/可得 0–12 分/)).toBeVisible();
  await change.getByLabel('改为').fill('11.5');
  await change.getByLabel('理由', { exact: true }).fill('补计日间手术');
  await change.getByRole('button', { name: /^提\s?出$/ }).click();
  await expect(officer.getByText('调整已提出，等待另一人决定')).toBeVisible();
  await expect(decide(officer, '补计日间手术')).toBeDisabled();

  // Another person decides; the officer computes anew and the score is another one.
  const second = await secondOfficer(browser);
  await second.goto(`/assessments/${run}?tab=adjustments`);
  await settled(second);
  await decide(second, '补计日间手术').click();
  const decision = second.getByRole('dialog', { name: /决定第/ });
  await decision.getByLabel('理由', { exact: true }).fill('同意');
  await decision.getByRole('button', { name: /^决\s?定$/ }).click();
  await expect(second.getByText('已决定；同意的调整要重新计算后生效')).toBeVisible();
  await second.context().close();
  await officer.reload();
  await expect(officer.getByText('有调整刚刚作出决定，请先重新计算')).toBeVisible();
  await officer.getByRole('button', { name: '重新计算' }).click();
  await expect(officer.getByText('已重新计算')).toBeVisible();
  expect(await scoreIn(officer.request, run)).not.toBe(before);

  await officer.getByRole('button', { name: /^发\s?布$/ }).click();
  await expect(officer.getByRole('dialog')).toContainText('将定稿');
  await officer.getByRole('button', { name: '确认发布' }).click();
  await expect(officer.getByText('已发布，可以下载通报')).toBeVisible();
  await officer.getByRole('button', { name: '通报和得分表' }).click();
  const file = await madeDocument(officer, () => officer.getByText('下载通报（PDF）').click());
  expect(file.suggestedFilename()).toContain('通报.pdf');

  // Nothing of it changes any more, and the hospital reads why.
  await president.reload();
  await expect(president.getByText('考核已发布，结果不再改动').first()).toBeVisible();
  await expect(president.getByRole('button', { name: '对得分提出异议' })).toBeDisabled();
  const late = await officer.request.post(`/api/v1/assessments/${run}/adjustments`, {
    headers: OWN,
    data: { organisation: HOSPITAL, phase: 'end', item: 'H1', what: 'points', to: '1', reason: '更正' },
  });
  expect(late.status()).toBe(409);
  expect(await late.text()).toContain('请重新考核');
  await hospital.close();
});

test('a phase score is entered with its rule, and what another person entered is shown', async ({ page }) => {
  // A year without assessment: what is entered here counts nowhere else.
  const query = `organisation=${COUNTY}&period=2024`;
  await signIn(page, 'county', `/assessments/inputs?scheme=${SCHEME}&${query}`);
  const scores = table(page, '阶段得分');
  const line = scores.getByRole('row').filter({ hasText: '云泽县人民医院' }).filter({ hasText: '第一季度监测' });
  await line.getByRole('button', { name: /^(录\s?入|改\s?正)$/ }).click();
  const form = page.getByRole('dialog', { name: /^录入 / });
  await expect(form.getByText(/^0–100 分/)).toBeVisible();
  await form.getByLabel('值（分）').fill('101');
  await form.getByLabel('依据和理由').fill('现场核查');
  await form.getByRole('button', { name: /^保\s?存$/ }).click();
  await expect(form.getByText('应在 0 到 100 之间')).toBeVisible();
  await form.getByLabel('值（分）').fill('91.5');
  const saved = page.waitForResponse((answer) => answer.url().includes('/entries?'));
  await form.getByRole('button', { name: /^保\s?存$/ }).click();
  const { version } = (await (await saved).json()) as { version: number };
  await expect(page.getByText('已录入')).toBeVisible();
  await expect(line.getByText('91.5分')).toBeVisible();

  await line.getByRole('button', { name: /^改\s?正$/ }).click();
  const faster = await page.request.post(
    `/api/v1/assessment-schemes/${SCHEME}/entries?organisation=${HOSPITAL}&period=2024`,
    { headers: OWN, multipart: { kind: 'phase', name: 'q1', value: '88', version: `${version}`, note: '复核扣分' } },
  );
  expect(faster.status(), await faster.text()).toBe(200);
  await form.getByLabel('值（分）').fill('95');
  await form.getByLabel('依据和理由').fill('更正');
  await form.getByRole('button', { name: /^保\s?存$/ }).click();
  await expect(form.getByText(/改为 88分：复核扣分/)).toBeVisible();
  await form.getByRole('button', { name: '保留现在的' }).click();
  await expect(line.getByText('88分')).toBeVisible();
  await line.getByRole('button', { name: /^撤\s?销$/ }).click();
  const taken = page.getByRole('dialog', { name: /^撤销 / });
  await taken.getByLabel('依据和理由').fill('试填');
  await taken.getByRole('button', { name: '撤销这个值' }).click();
  await expect(line.getByText('已撤销')).toBeVisible();
  await accessible(page);
});

test('a hospital reports a commendation, the county judges it', async ({ page, browser }) => {
  const title = `护理先进集体${Date.now().toString(36)}`;
  const where = `/assessments/inputs?scheme=${SCHEME}&tab=events`;
  await signIn(page, 'performance', `${where}&organisation=${HOSPITAL}&period=2024`);
  await page.getByRole('button', { name: '报告事项' }).click();
  const form = page.getByRole('dialog', { name: '报告加分、扣分或否决事项' });
  await pick(page, form.getByLabel('机构', { exact: true }), /^云泽县人民医院$/);
  await pick(page, form.getByLabel('事项', { exact: true }), /^正式表彰$/);
  await pick(page, form.getByLabel('层级', { exact: true }), /^区委、区政府（1 分）$/);
  await form.getByLabel('事由').fill(title);
  await form.getByLabel('发生日期').fill('2024-06-03');
  await form.getByLabel('发生日期').press('Enter');
  await form.getByLabel('正式文号').fill('云发〔2024〕7 号');
  await form.getByRole('button', { name: /^报\s?告$/ }).click();
  await expect(page.getByText('已报告，等待另一人审核')).toBeVisible();
  await expect(page.getByRole('button', { name: /^审\s?核$/ })).toHaveCount(0);

  const other = await browser.newContext();
  const officer = await other.newPage();
  await signIn(officer, 'county', `${where}&organisation=${COUNTY}&period=2024`);
  const line = officer.getByRole('row').filter({ hasText: title });
  await line.getByRole('button', { name: /^审\s?核$/ }).click();
  const judge = officer.getByRole('dialog', { name: /^审核/ });
  await judge.getByLabel('理由', { exact: true }).fill('文号属实');
  await judge.getByRole('button', { name: /^决\s?定$/ }).click();
  await expect(officer.getByText('已审核，计入以后冻结的考核')).toBeVisible();
  await expect(line.getByText('已审核', { exact: true })).toBeVisible();
  await other.close();
});

test('a class of the index without institutions says why, and the menu says the whole name', async ({ page }) => {
  await signIn(page, 'county', `/assessments/index?organisation=${COUNTY}&period=2025`);
  await expect(page.getByText('没有三级医院', { exact: true })).toBeVisible();
  await expect(page.getByText(/家机构，其中没有三级医院/)).toBeVisible();
  await expect(page.getByRole('button', { name: '看二级医院' })).toBeVisible();
  const entry = page.getByRole('navigation', { name: '功能' }).getByRole('link', { name: '发展指数' });
  await expect(entry).toHaveAttribute('title', '高质量发展指数');
  const cut = await entry.evaluate((link) => {
    const label = link.closest('.ant-menu-title-content') ?? link;
    return label.scrollWidth > label.clientWidth;
  });
  expect(cut).toBe(false);
});

test('a coder has no assessments and publishes none', async ({ page }) => {
  await signIn(page, 'coder');
  await expect(page.getByRole('link', { name: '绩效考核' })).toHaveCount(0);
  const answer = await page.request.post('/api/v1/assessments/wanshan-2021-demo-2025-1/publish', {
    headers: OWN,
    data: { result_hash: 'x' },
  });
  expect(answer.status()).toBe(403);
});
