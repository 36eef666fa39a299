// What Lighthouse would say of a page, from Chromium's own measurements: its curves and weights for desktop computers
// (https://developer.chrome.com/docs/lighthouse/performance/performance-scoring), without the speed index, which needs a film.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { examined } from './people.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Per metric: which value scores 90, which 50, and its weight. */
const CURVES = {
  firstPaint: { p10: 934, median: 1600, weight: 10 },
  largestPaint: { p10: 1200, median: 2400, weight: 25 },
  blocked: { p10: 150, median: 350, weight: 30 },
  shifted: { p10: 0.1, median: 0.25, weight: 25 },
};
const IMPACT = { critical: 10, serious: 7, moderate: 3, minor: 1 };

/** 100 at best: the share of a log-normal distribution that is worse. */
function score({ p10, median }, value) {
  if (value <= 0) return 100;
  const x = (0.9061938024368232 * Math.log(value / median)) / Math.log(median / p10);
  return 50 * (1 - erf(x));
}

/** Abramowitz and Stegun 7.1.26. */
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const y = 1 - t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp(-x * x);
  return x < 0 ? -y : y;
}

export function performanceScore(metrics) {
  let [sum, weights] = [0, 0];
  for (const [name, curve] of Object.entries(CURVES)) {
    sum += score(curve, metrics[name]) * curve.weight;
    weights += curve.weight;
  }
  return sum / weights;
}

/** Before the page's first navigation. */
export async function observe(context) {
  await context.addInitScript(axe);
  await context.addInitScript(() => {
    const seen = (globalThis.seen = { firstPaint: 0, largestPaint: 0, blocked: 0, shifted: 0, deprecated: [] });
    const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
    watch('paint', (entry) => entry.name === 'first-contentful-paint' && (seen.firstPaint = entry.startTime));
    watch('largest-contentful-paint', (entry) => (seen.largestPaint = entry.startTime));
    watch('longtask', (entry) => (seen.blocked += Math.max(0, entry.duration - 50)));
    watch('layout-shift', (entry) => !entry.hadRecentInput && (seen.shifted += entry.value));
    new ReportingObserver((reports) => reports.forEach((report) => seen.deprecated.push(report.body.message)), { types: ['deprecation', 'intervention'], buffered: true }).observe();
  });
}

/** Loads the page so often and takes the best, since others work on this machine; `ready` says when it is there. */
export async function loads(page, url, ready, times) {
  let best;
  for (let i = 0; i < times; i++) {
    await page.goto('about:blank');
    await page.goto(url);
    await ready();
    await page.waitForTimeout(500);
    const metrics = await page.evaluate(() => globalThis.seen);
    const performance = performanceScore(metrics);
    if (!best || performance > best.performance) best = { performance, metrics };
  }
  return best;
}

export async function accessibility(page) {
  const { passes, violations } = await examined(page, ['best-practice']);
  const weight = (rules) => rules.reduce((sum, rule) => sum + (IMPACT[rule.impact ?? rule.nodes.find((node) => node.impact)?.impact] ?? 3), 0);
  const passed = weight(passes);
  return { score: (100 * passed) / (passed + weight(violations)), violations: violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).slice(0, 3)}`) };
}

/** Each is true when the page does as is best. */
export async function practices(page, response, { complaints, strangers, consoleErrors, asked }) {
  const headers = response.headers();
  const policy = headers['content-security-policy'] ?? '';
  const inside = await page.evaluate(() => ({
    doctype: document.doctype?.name === 'html' && document.compatMode === 'CSS1Compat',
    charset: document.characterSet === 'UTF-8',
    viewport: /width=device-width/.test(document.querySelector('meta[name=viewport]')?.content ?? '') && !/user-scalable=no|maximum-scale=1(?!\d)/.test(document.querySelector('meta[name=viewport]').content),
    title: document.title !== '',
    language: document.documentElement.lang !== '',
    manifest: document.querySelector('link[rel=manifest]') !== null,
    secure: isSecureContext,
    pictures: [...document.images].every((image) => !image.complete || image.naturalWidth === 0 || image.alt !== null),
    deprecated: globalThis.seen.deprecated,
  }));
  const { deprecated, ...checks } = inside;
  return {
    ...checks,
    'nothing deprecated': deprecated.length === 0,
    'no error in the console': consoleErrors.length === 0,
    'no fault of scripts or policies': complaints.length === 0,
    'nobody else is asked for anything': strangers.length === 0,
    'no permission is asked for on loading': asked.length === 0,
    'a policy without unsafe-*': policy !== '' && !/unsafe-/.test(policy),
    'Trusted Types': /require-trusted-types-for 'script'/.test(policy),
    'no framing': /frame-ancestors 'none'/.test(policy),
    'types are not guessed': headers['x-content-type-options'] === 'nosniff',
    'compressed': ['gzip', 'br'].includes(headers['content-encoding']),
  };
}
