// What people send to the GMC, in a real browser: a recommendation whose reply is lost, and three hundred connections of
// which some fail in the middle. The demo's GMC does what it is told over `gmc`.
const PATIENCE_MS = 120_000;

async function control(gmc, what, body) {
  const request = body === undefined ? {} : { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(new URL(`/control/${what}`, gmc), request);
  if (!answer.ok) throw new Error(`${what}: status ${answer.status}`);
  return body === undefined ? answer.json() : null;
}

const calls = async (gmc, operation) => (await control(gmc, 'journal')).filter((call) => call.operation === operation);

// Opens a page again and again until it says something.
async function until(page, address, words) {
  for (const end = Date.now() + PATIENCE_MS; ;) {
    await page.goto(address);
    const text = await page.textContent('main');
    if (text.includes(words)) return text;
    if (Date.now() > end) throw new Error(`${address} never said "${words}"`);
    await page.waitForTimeout(300);
  }
}

// From the list of those under notice to a draft; gives the doctor and the address.
async function drafts(page, { base, fact, press }) {
  await page.goto(`${base}/under-notice`);
  const doctors = await page.$$eval('a[href^="/doctors/9"]', (links) => links.map((link) => link.getAttribute('href')));
  for (const doctor of doctors) {
    await page.goto(base + doctor);
    const link = page.locator(`a[href="${doctor}/recommend"]`);
    if (await link.count() === 0) continue;
    await link.first().click();
    await page.getByLabel('What is recommended').selectOption('revalidate');
    await press(page, 'Keep the draft');
    const text = await page.textContent('main');
    fact('a draft is kept', text.includes('The draft is kept.'), page.url());
    if (!text.includes('Stands against it')) return { number: doctor.split('/').pop(), address: page.url().split('?')[0] };
  }
  throw new Error('nobody under notice can be recommended');
}

const succeeds = (page) => page.locator('.nhsuk-notification-banner--success').count();

export async function recommending(tools) {
  const { browser, fact, press, asWhom, gmc } = tools;
  let draft;
  await asWhom(browser, 'admin', async (page) => {
    draft = await drafts(page, tools);
    fact('an admin cannot submit it', await page.getByRole('button', { name: 'Submit to the GMC' }).count() === 0);
  });
  await control(gmc, 'faults', [{ operation: 'TryRecommendationV2', to_call: 1, fault: 'lost_reply' }]);
  await asWhom(browser, 'approver', async (page) => {
    await page.goto(draft.address);
    await page.getByLabel('Your e-mail address').fill('approver@example.org');
    await press(page, 'Submit to the GMC');
    fact('nothing is sent without the declaration', (await page.title()).startsWith('Error: '), await page.title());
    await page.getByLabel('Your e-mail address').fill('approver@example.org');
    await page.getByRole('checkbox').check();
    await press(page, 'Submit to the GMC');
    fact('it is submitted', /on its way to the GMC|confirming with the GMC/.test(await page.textContent('main')), page.url());
    const text = await until(page, draft.address, 'Submitted, confirming with the GMC');
    fact('with its reply lost it is unknown, and neither a success nor an error', await succeeds(page) === 0 && !text.includes('problem'), text);
    const [held] = (await control(gmc, 'recommendations')).filter((one) => one.doctor === draft.number);
    await page.getByRole('link', { name: /Look into GMC Connect/ }).click();
    await page.getByLabel('What you found').selectOption('found');
    await page.getByLabel("The GMC's id of the recommendation").fill(held.id);
    await page.getByLabel('What you saw, and where').fill('GMC Connect shows it');
    await press(page, 'Write it down');
    await until(page, draft.address, 'Accepted by the GMC, under review');
    const tried = (await calls(gmc, 'TryRecommendationV2')).filter((call) => call.doctor === draft.number);
    fact('a person finds it at the GMC: accepted, and it was said once', tried.length === 1, `${tried.length} calls`);
  });
}

const MANY = 300;
const LOCKED = 10;

export async function connecting({ browser, base, fact, press, asWhom, gmc }) {
  const numbers = Array.from({ length: MANY }, (_, n) => String(9_000_100 + n));
  const middle = (from, to, fault) => ({ operation: 'TryAddDoctor', from_call: from, to_call: to, fault });
  await control(gmc, 'faults', [middle(140, 139 + LOCKED, { code: '106' }), middle(200, 200, 'lost_reply')]);
  let address;
  await asWhom(browser, 'admin', async (page) => {
    await page.goto(`${base}/connections/new`);
    await page.getByLabel('GMC numbers').fill(numbers.join('\n'));
    await page.getByLabel('What is to change, and why').selectOption('connect-1');
    await page.getByLabel('To which body').selectOption({ index: 1 });
    await page.getByLabel('Why, in your own words').fill('a rotation');
    await press(page, 'Send to the GMC');
    const text = await page.textContent('main');
    const queued = text.match(/Queued/g)?.length ?? 0;
    fact(`${MANY} doctors are queued, each for itself`, queued === MANY, `${queued} are`);
    address = base + await page.getByRole('link', { name: /See how far they are/ }).getAttribute('href');
    await page.goto(address);
    fact('whoever waits sees how many are before them', /next to be sent|\d+ before it/.test(await page.textContent('main')), address);
  });
  // The browser was closed; whoever opens another finds them where they are.
  await asWhom(browser, 'admin', async (page) => {
    const text = await until(page, address, `${MANY - 1} of ${MANY} are settled`);
    fact('in another browser they are all sent', text.includes(`${MANY - LOCKED - 1} accepted`), text.slice(0, 400));
    fact('ten failed in the middle, and stand as refused', text.includes(`${LOCKED} refused by the GMC`), text.slice(0, 400));
    fact('of one nobody knows', text.includes('1 unknown, confirming'), text.slice(0, 400));
    const told = await page.getByText('revalidation lock').count();
    fact('each says what the GMC said of it', told === LOCKED, `${told} do`);
    const tried = (await calls(gmc, 'TryAddDoctor')).length;
    fact('each was said once', tried === MANY, `${tried} calls`);
  });
}
