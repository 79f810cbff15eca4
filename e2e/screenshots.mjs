// Takes the pictures of the README: the first page, and a doctor whom TIS and the GMC place differently, as the demo's approver sees them.
// REVAL_E2E_URL says where the demo is, the first argument where the pictures go. `scripts/screenshots.sh` calls it.
import { chromium } from 'playwright-core';

const base = process.env.REVAL_E2E_URL;
const folder = process.argv[2];
if (!base || !folder) {
  console.log('usage: REVAL_E2E_URL=http://… node e2e/screenshots.mjs FOLDER');
  process.exit(2);
}
const browser = await chromium.launch({
  executablePath: process.env.REVAL_E2E_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, colorScheme: 'light' });
await page.goto(`${base}/sign-in`);
await page.getByRole('button', { name: 'Sign in as approver' }).click();
await page.waitForLoadState('load');
await page.goto(`${base}/`);
await page.screenshot({ path: `${folder}/first-page.png` });
await page.goto(`${base}/discrepancies`);
await page.locator('main table a[href^="/doctors/"]').first().click();
await page.waitForLoadState('load');
await page.screenshot({ path: `${folder}/doctor.png` });
await browser.close();
