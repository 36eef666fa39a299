import assert from 'node:assert/strict';
import { accessibility, loads, observe, practices } from '../scores.mjs';
import { served, signUpByScreens } from '../served.mjs';

const GOAL = 95;
/** What moves by itself while the page is loaded: up to this it is well. */
const MOST_SHIFTED = 0.1;
const LOADS = 5;

async function scores(name, { page, context, server, ...heard }, ready) {
  const { performance, metrics } = await loads(page, server.url, ready, LOADS);
  const response = await page.goto(server.url);
  await ready();
  const access = await accessibility(page);
  const checks = await practices(page, response, heard);
  const good = Object.values(checks).filter(Boolean).length;
  const best = (100 * good) / Object.keys(checks).length;
  // How fast it is says as much of the machine as of the app: it is told, and measured where nobody else works (`npm run bench`).
  console.log(`        ${name}: performance ${performance.toFixed(0)} of ${GOAL} (first paint ${metrics.firstPaint.toFixed(0)} ms, largest ${metrics.largestPaint.toFixed(0)} ms, blocked ${metrics.blocked.toFixed(0)} ms, shifts ${metrics.shifted.toFixed(3)}), accessibility ${access.score.toFixed(0)}, best practices ${best.toFixed(0)}`);
  const missed = Object.keys(checks).filter((each) => !checks[each]);
  assert.ok(metrics.shifted <= MOST_SHIFTED, `${name}: it moves while it is loaded ${JSON.stringify(metrics)}`);
  assert.ok(access.score >= GOAL, `${name}: ${access.violations.join('\n')}`);
  assert.ok(best >= GOAL, `${name}: ${missed.join(', ')}; ${JSON.stringify(heard)}`);
  if (missed.length + access.violations.length > 0) console.log(`        to do: ${[...missed, ...access.violations].join('; ')}`);
}

export const plays = {
  async the_app_scores_95_and_more_for_accessibility_and_practice_and_stands_still(browser, after) {
    const stage = await served(after);
    const { page, context, server } = stage;
    const consoleErrors = [];
    const asked = [];
    page.on('console', (message) => message.type() === 'error' && consoleErrors.push(message.text()));
    await context.exposeFunction('permissionAsked', (what) => asked.push(what));
    await context.addInitScript(() => {
      if (globalThis.Notification) Notification.requestPermission = async () => (globalThis.permissionAsked('notifications'), 'denied');
    });
    await observe(context);
    const heard = { ...stage, consoleErrors, asked };
    await scores('first visit', heard, () => page.getByRole('textbox', { name: 'Phone number' }).waitFor());
    await signUpByScreens(page, server, '1701234551', 'Ada');
    await page.locator('main, [role=main]').first().waitFor();
    // Not left while it connects: a connection that breaks off then is no fault of the app's.
    await scores('signed in', heard, async () => {
      await page.locator('.rail').waitFor();
      await page.getByText('Connecting').first().waitFor({ state: 'detached' });
    });
  },
};
