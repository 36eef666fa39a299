import assert from 'node:assert/strict';
import { bubble, person, write } from '../people.mjs';
import { Server } from '../stage.mjs';
import { escaped, Stranger } from '../stranger.mjs';

const body = (text) => `<body>${escaped(text)}</body>`;
const far = new Date(Date.UTC(2999, 0, 1)).toISOString();

/** What somebody may send whose app, or whose mind, is not well. */
const inside = {
  markup: body('<img src=x onerror="document.title=1"><script>document.title=1</script><style>*{display:none}</style>{{7*7}}${7*7}'),
  wide: body('W'.repeat(9000)),
  'ten thousand emoji': body('😀'.repeat(10_000)),
  'a family of three thousand': body('\u{1F469}\u200d'.repeat(3000)),
  tower: body(`Z${'\u0300\u0301\u0302\u0489'.repeat(2000)}algo`),
  'the other way round': body(`\u202e${'gnp.exe '.repeat(40)}\u2066\u2066\u2067\u2068 never closed`),
  'nothing but lines': body('\n'.repeat(3000)),
  'nothing but spaces': body(' \u200b\u2060\u00ad\ufeff'.repeat(500)),
  'a long listing': body(`\`\`\`\n${Array.from({ length: 4000 }, (_, i) => `${i} ${'x'.repeat(20)}`).join('\n')}\n\`\`\``),
  'a wide listing': body(`\`\`\`\n${'x'.repeat(20_000)}\n\`\`\``),
  marks: body(`${'*_~`'.repeat(2000)}\n${'> '.repeat(500)}deep\n${'*a '.repeat(3000)}`),
  links: body(`${'http://a.example/'.repeat(1500)} javascript:alert(1) data:text/html,x https://a@b@c.example/\u202egpj`),
  'the year 2999': `${body('from the future')}<delay xmlns='urn:xmpp:delay' stamp='${far}'/>`,
  'no such time': `${body('from nowhere')}<delay xmlns='urn:xmpp:delay' stamp='yesterday'/>`,
  'a file of no size': `<body>https://files.example/x</body><x xmlns='jabber:x:oob'><url>https://files.example/${'x'.repeat(2000)}</url></x>`,
  'a script as a file': "<body>javascript:alert(1)</body><x xmlns='jabber:x:oob'><url>javascript:alert(1)</url></x>",
  'an answer to nothing': `${body('yes')}<reply xmlns='urn:xmpp:reply:0' to='x' id='${'i'.repeat(3000)}'/><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='-5' end='99999999'/></fallback>`,
  'a reaction of a thousand letters': `<reactions xmlns='urn:xmpp:reactions:0' id='x'>${`<reaction>${'R'.repeat(1000)}</reaction>`.repeat(20)}</reactions><store xmlns='urn:xmpp:hints'/>`,
  'a correction of nothing': `${body('corrected')}<replace xmlns='urn:xmpp:message-correct:0' id='nothing'/>`,
  'a place off the earth': `${body('geo:999,-999')}<geoloc xmlns='http://jabber.org/protocol/geoloc'><lat>1e308</lat><lon>NaN</lon></geoloc>`,
};

const NAME = `\u202eGoogle Support\u2066${'Ŵ'.repeat(300)}<b>${'\u0300'.repeat(60)}`;

/** Whether the page is still what it was: it is drawn, nothing ran, nothing sticks out. */
async function whole(page, what) {
  // One that is frozen draws nothing.
  await page.waitForFunction(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)))));
  const state = await page.evaluate(() => {
    const list = document.querySelector('.messages').getBoundingClientRect();
    const out = [...document.querySelectorAll('.bubble')].map((each) => each.getBoundingClientRect()).filter((each) => each.left < list.left - 1 || each.right > list.right + 1 || each.height > 8 * list.height);
    return { out: out.length, title: document.title, strange: document.querySelectorAll('.bubble script, .bubble style, .bubble img[src="x"], a[href^="javascript" i], a[href^="data" i]').length, wider: document.documentElement.scrollWidth - innerWidth };
  });
  assert.deepEqual(state, { out: 0, title: state.title, strange: 0, wider: 0 }, what);
  assert.ok(/^(\(\d+\) )?Kith$/.test(state.title), `${what}: ${state.title}`);
}

async function story(browser, after, digits, screen) {
  const server = await Server.start('limits.stanza=262144');
  after(() => server.stop());
  const ada = await person(browser, server, after, `${digits}1`, 'Ada', screen);
  const stranger = await Stranger.comes(server, `+49${digits}2`);
  after(async () => stranger.goes());
  await stranger.says(`<iq type='set' id='n'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='http://jabber.org/protocol/nick'><item><nick xmlns='http://jabber.org/protocol/nick'>${escaped(NAME)}</nick></item></publish></pubsub></iq>`, "id='n'");
  await stranger.writes(ada.address, body('First'));
  await ada.page.locator('[data-chat]').first().click();
  await bubble(ada.page, 'First').waitFor();
  for (const [what, xml] of Object.entries(inside)) {
    await stranger.writes(ada.address, xml);
    await stranger.writes(ada.address, body(`After ${what}.`));
    await bubble(ada.page, `After ${what}.`).waitFor();
    await whole(ada.page, what);
  }
  await ada.page.screenshot({ path: `test-results/play-hostile-${digits}.png` });
  await ada.page.reload();
  await bubble(ada.page, `After ${Object.keys(inside).at(-1)}.`).waitFor();
  await whole(ada.page, 'all of it, after a reload');
  await write(ada.page, 'Enough');
  if (screen) await ada.page.getByRole('button', { name: 'Send' }).click();
  await bubble(ada.page, 'Enough').waitFor();
  assert.deepEqual(ada.device.errors, []);
}

export const plays = {
  nothing_a_stranger_sends_runs_freezes_or_breaks_out: (browser, after) => story(browser, after, '170123471'),
  nor_does_it_on_a_phone: (browser, after) => story(browser, after, '170123472', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }),
};
