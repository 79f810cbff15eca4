// Opens every page that can be reached from / in a real browser, with and without JavaScript, and asks axe.
// REVAL_E2E_URL says where; the last line is `N passed, N failed`.
import { mkdirSync, readdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { AxeBuilder } from '@axe-core/playwright';

const base = process.env.REVAL_E2E_URL;
if (!base) {
  console.log('REVAL_E2E_URL must say where the pages are');
  console.log('0 passed, 1 failed');
  process.exit(1);
}

// Pages that must exist whether or not / links to them.
const MUST = ['/', '/under-notice', '/doctors', '/discrepancies', '/rejects', '/holds', '/snapshots', '/runs', '/tis', '/alerts', '/licences'];
// Pages that list doctors, and so must say how old their data are.
const LISTS = [/^\/under-notice$/, /^\/doctors(\/\d+)?$/, /^\/discrepancies$/, /^\/bodies\/[^/]+$/];
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
  const found = await page.$$eval('a[href]', (links) => links.map((link) => link.href));
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

async function visit(browser, how) {
  const script = how === 'with JavaScript';
  const context = await browser.newContext({ javaScriptEnabled: script, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const queue = [...MUST];
  const seen = new Set(queue);
  const kinds = new Map();
  for (let path = queue.shift(), opened = 0; path && opened < PAGES_MAX; path = queue.shift(), opened += 1) {
    for (const link of await look(page, path, how)) {
      const kind = kindOf(link);
      const many = kinds.get(kind) ?? 0;
      if (!seen.has(link) && many < EACH_KIND && !/\.\w+$/.test(link)) {
        kinds.set(kind, many + 1);
        seen.add(link);
        queue.push(link);
      }
    }
    if (script) {
      await askAxe(page, path);
      await page.screenshot({ path: `${SHOTS}${path.replaceAll('/', '_') || '_'}.png`, fullPage: true });
    }
  }
  for (const kind of ['/bodies/*', '/doctors/*']) {
    fact(`a link leads to ${kind} (${how})`, [...seen].some((path) => kindOf(path) === kind), 'none was found');
  }
  await context.close();
}

async function main() {
  mkdirSync(SHOTS, { recursive: true });
  const browser = await chromium.launch({
    executablePath: process.env.REVAL_E2E_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    await visit(browser, 'with JavaScript');
    await visit(browser, 'without JavaScript');
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
