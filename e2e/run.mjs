// Signs in as each of the demo's people, opens every page that they can reach in a real browser, with and without
// JavaScript, and asks axe. REVAL_E2E_URL says where; the last line is `N passed, N failed`.
import { mkdirSync, readdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { AxeBuilder } from '@axe-core/playwright';
import { connecting, recommending } from './sending.mjs';

const base = process.env.REVAL_E2E_URL;
if (!base) {
  console.log('REVAL_E2E_URL must say where the pages are');
  console.log('0 passed, 1 failed');
  process.exit(1);
}

// What must open, and what must be refused, for each of the demo's people; the first sees most, and is pictured first.
const COUNTS = ['/', '/rejects', '/holds', '/snapshots', '/jobs', '/nights', '/nodes', '/overrides', '/runs', '/tis', '/alerts'];
const DOCTORS = ['/under-notice', '/changes', '/doctors', '/discrepancies'];
const OWN = ['/account', '/step-up', '/licences'];
const PEOPLE = [
  { role: 'approver', must: [...COUNTS, ...DOCTORS, ...OWN], refused: ['/users', '/audit'] },
  { role: 'operations', must: [...COUNTS, '/users', ...OWN], refused: [...DOCTORS, '/audit'] },
  { role: 'auditor', must: ['/audit', ...OWN], refused: [...COUNTS, ...DOCTORS, '/users'] },
  { role: 'admin', must: [...COUNTS, ...DOCTORS, ...OWN], refused: ['/users', '/audit'] },
  { role: 'observer', must: [...COUNTS, ...DOCTORS, ...OWN], refused: ['/users', '/audit'] },
];
// Pages that list doctors, and so must say how old their data are.
const LISTS = [/^\/under-notice$/, /^\/changes$/, /^\/doctors(\/\d+)?$/, /^\/discrepancies$/, /^\/bodies\/[^/]+$/];
// A page of one body or one doctor looks like every other: so many of each kind are opened.
const EACH_KIND = 3;
const PAGES_MAX = 60;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const SHOTS = new URL('./shots/', import.meta.url).pathname;

let passed = 0;
let failed = 0;

function fact(name, holds, why = '') {
  if (holds) passed += 1;
  else failed += 1;
  console.log(holds ? `ok  ${name}` : `FAILED  ${name}: ${why}`);
}

// Bodies and doctors differ in the second part of the path; the kind is the first, and how deep it goes.
const kindOf = (path) => path.split('/').map((part, at) => (at > 1 && part ? '*' : part)).join('/');

async function linksOf(page) {
  const found = await page.$$eval('a[href]:not([href^="#"])', (links) => links.map((link) => link.href));
  return found
    .map((href) => new URL(href))
    .filter((url) => url.origin === new URL(base).origin)
    .map((url) => url.pathname);
}

async function look(page, path, how) {
  const told = [];
  page.removeAllListeners();
  page.on('pageerror', (error) => told.push(error.message));
  page.on('requestfailed', (request) => {
    // The browser gives up what it still loads for the page before, its icon for one, when it is sent on.
    if (request.failure()?.errorText === 'net::ERR_ABORTED') return;
    told.push(`${request.url()} did not load`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith('data:')) told.push(`${request.url()} is another site`);
  });
  const answer = await page.goto(base + path, { waitUntil: 'load' });
  fact(`${path} (${how}) is there`, answer.status() === 200, `status ${answer.status()}`);
  if (answer.status() !== 200) return [];
  fact(`${path} (${how}) loads whole, from here alone`, told.length === 0, told.join('; '));
  if (LISTS.some((list) => list.test(path))) {
    const text = await page.textContent('main');
    fact(`${path} (${how}) says how old its data are`, /GMC data as of .+ TIS data as of/s.test(text), 'no such words');
  }
  return linksOf(page);
}

async function askAxe(page, path) {
  const { violations, passes } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const told = violations.map((rule) => `${rule.id} at ${rule.nodes.slice(0, 3).map((node) => node.target).join(', ')}`);
  fact(`${path} has nothing that axe objects to`, told.length === 0 && passes.length > 0, told.join('; ') || 'no rule ran');
}

async function signIn(page, role) {
  await page.goto(`${base}/sign-in`);
  await page.getByRole('button', { name: `Sign in as ${role}` }).click();
  await page.waitForLoadState();
  const name = await page.locator('.nhsuk-header__account-link').first().textContent();
  fact(`${role} signs in by one click`, name.includes(role), `the frame says ${name}`);
}

async function signOut(page, role) {
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.waitForLoadState();
  const text = await page.textContent('main');
  fact(`${role} signs out`, text.includes('You are signed out'), page.url());
  await page.goto(`${base}/doctors`);
  fact(`${role} signed out sees no doctor`, page.url().includes('/sign-in?next=%2Fdoctors'), page.url());
}

async function strangers(browser) {
  const page = await (await browser.newContext()).newPage();
  for (const path of ['/sign-in', '/sign-in?next=%2Fdoctors', '/licences']) {
    await look(page, path, 'signed out');
    await askAxe(page, path);
    if (path === '/sign-in') await page.screenshot({ path: `${SHOTS}_sign-in.png`, fullPage: true });
  }
  await page.goto(`${base}/sign-in`);
  await page.fill('#name', 'nobody');
  await page.fill('#password', 'a password of nobody at all');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForLoadState();
  fact('a stranger is told that there is a problem', (await page.title()).startsWith('Error: '), await page.title());
  await askAxe(page, '/sign-in with an error');
  await page.context().close();
}

const pictured = new Set();

async function visit(browser, person, how) {
  const script = how.endsWith('with JavaScript');
  const context = await browser.newContext({ javaScriptEnabled: script, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await signIn(page, person.role);
  const queue = [...person.must];
  const seen = new Set(queue);
  const kinds = new Map();
  for (let path = queue.shift(), opened = 0; path && opened < PAGES_MAX; path = queue.shift(), opened += 1) {
    for (const link of await look(page, path, how)) {
      const kind = kindOf(link);
      const many = kinds.get(kind) ?? 0;
      if (!seen.has(link) && many < EACH_KIND && !/\.\w+$/.test(link) && !link.startsWith('/export/')) {
        kinds.set(kind, many + 1);
        seen.add(link);
        queue.push(link);
      }
    }
    if (script && !pictured.has(path)) {
      pictured.add(path);
      await askAxe(page, path);
      await page.screenshot({ path: `${SHOTS}${path.replaceAll('/', '_') || '_'}.png`, fullPage: true });
    }
  }
  for (const path of person.refused) {
    const answer = await page.goto(base + path);
    fact(`${path} (${how}) is refused`, answer.status() === 403, `status ${answer.status()}`);
    fact(`${path} (${how}) is not offered`, !(await linksOf(page)).includes(path), 'the frame links to it');
  }
  if (person.must.includes('/doctors')) {
    for (const kind of ['/bodies/*', '/doctors/*']) {
      fact(`a link leads to ${kind} (${how})`, [...seen].some((path) => kindOf(path) === kind), 'none was found');
    }
  }
  await page.goto(`${base}/account`);
  await signOut(page, person.role);
  await context.close();
}

async function press(page, button) {
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.waitForLoadState();
}

async function asWhom(browser, role, acts) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await signIn(page, role);
  await acts(page);
  await context.close();
}

// A list is narrowed, sorted and turned over by its links alone, and Back leads back.
async function find(page) {
  await page.goto(`${base}/doctors`);
  await page.locator('main thead a', { hasText: 'Submission date' }).click();
  await page.waitForLoadState();
  fact('a heading sorts its list', (await page.locator('th[aria-sort="ascending"]').textContent()).includes('Submission date'), page.url());
  await page.locator('a[rel="next"]').first().click();
  await page.waitForLoadState();
  fact('the next page is sorted as the first', page.url().includes('order=due') && page.url().includes('after='), page.url());
  await page.goBack();
  fact('Back leads back', !page.url().includes('after='), page.url());
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('a[download]', { hasText: 'CSV' }).click()]);
  fact('a list is taken away as a file', /^doctors-.+\.csv$/.test(file.suggestedFilename()), file.suggestedFilename());
  await page.locator('#q').fill('zzzz');
  await press(page, 'Show these doctors');
  fact('a search that finds nobody says so', (await page.textContent('main')).includes('matches all of what was entered'), page.url());
}

// What people do, without JavaScript: a held list is published by its count, an alert taken, a person added.
async function acts(browser) {
  await asWhom(browser, 'observer', find);
  await asWhom(browser, 'approver', async (page) => {
    await page.goto(`${base}/holds`);
    await page.locator('#holds-caption').locator('xpath=ancestor::table').locator('a[href^="/holds/"]').first().click();
    const row = page.locator('.nhsuk-summary-list__row', { hasText: 'Doctors if published' });
    const count = (await row.locator('dd').textContent()).trim();
    await page.getByLabel('Number of doctors if published').fill('1');
    await page.locator('#approve-reason').fill('looked at in a rehearsal');
    await press(page, 'Publish this list');
    fact('a wrong count publishes nothing', (await page.title()).startsWith('Error: '), await page.title());
    await page.getByLabel('Number of doctors if published').fill(count);
    await page.locator('#approve-reason').fill('looked at in a rehearsal');
    await press(page, 'Publish this list');
    const text = await page.textContent('main');
    fact('a held list is published by its count', text.includes('It is published'), page.url());
  });
  await asWhom(browser, 'approver', async (page) => {
    await page.goto(`${base}/`);
    const list = await page.locator('a[href^="/bodies/"]').first().getAttribute('href');
    await page.goto(`${base}${list}/compare`);
    const bytes = Buffer.from('GMC number,Last name\n9999999,Sample-Elsewhere\n');
    await page.getByLabel('GMC Connect’s export').setInputFiles({ name: 'export.csv', mimeType: 'text/csv', buffer: bytes });
    await press(page, 'Compare');
    const text = await page.textContent('main');
    fact('an export is compared on its page', text.includes('Only in the export (1)') && text.includes('9999999'), page.url());
  });
  await asWhom(browser, 'operations', async (page) => {
    await page.goto(`${base}/alerts`);
    await page.locator('a[href^="/alerts/"]').first().click();
    await page.locator('#take-reason').fill('looking at it');
    await press(page, 'Take it');
    fact('an alert is taken', (await page.textContent('main')).includes('It is yours'), page.url());
    await page.goto(`${base}/users`);
    await page.locator('#name').fill('rehearsal.person');
    await page.locator('#add-reason').fill('a rehearsal');
    await press(page, 'Add this person');
    const text = await page.textContent('main');
    fact('a person is added and gets a token', text.includes('rehearsal.person is added'), page.url());
  });
}

async function main() {
  mkdirSync(SHOTS, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.REVAL_E2E_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    await strangers(browser);
    for (const person of PEOPLE) await visit(browser, person, `${person.role}, with JavaScript`);
    await visit(browser, PEOPLE[0], `${PEOPLE[0].role}, without JavaScript`);
    await acts(browser);
    const tools = { browser, base, fact, press, asWhom, gmc: process.env.REVAL_E2E_GMC };
    await recommending(tools);
    await connecting(tools);
  } finally {
    await browser.close();
  }
  console.log(`${readdirSync(SHOTS).length} pictures in e2e/shots/`);
}

try {
  await main();
} catch (error) {
  fact('the journey ran to its end', false, error.message);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
