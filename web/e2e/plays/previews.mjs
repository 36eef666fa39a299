import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Server, until } from '../stage.mjs';

/** A web page that counts who asks for it. */
async function site(after, html) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.headers['user-agent'] ?? '');
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(async () => server.close());
  return { url: `http://localhost:${server.address().port}/birds`, asked };
}

async function person(browser, server, after, phone, name) {
  const device = await browser.device(server, name);
  after(() => device.context.close());
  await device.open();
  await device.signUp(phone, name);
  device.page.setDefaultTimeout(60_000);
  return device;
}

export const plays = {
  async a_link_is_looked_at_by_the_senders_server_alone_and_shown_at_the_other_end(browser, after) {
    const server = await Server.start('previews.private-pages=true');
    after(() => server.stop());
    const page = await site(after, '<title>old</title><meta property="og:title" content="What robins &amp; wrens sing"><meta property="og:description" content="<img src=x onerror=alert(1)> Songs">');
    const ada = await person(browser, server, after, '+491701234571', 'Ada');
    const ben = await person(browser, server, after, '+491701234572', 'Ben');
    await ada.send(ben.address, 'Good morning');
    await ben.has(ada.address, ['Good morning']);
    await ada.page.locator(`[data-chat="${ben.address}"]`).click();
    const field = ada.page.locator('.composer textarea');
    await field.fill(`Listen: ${page.url}`);
    await ada.page.getByRole('group', { name: 'Preview of the link' }).getByText('What robins & wrens sing').waitFor();
    await field.press('Enter');
    await ben.page.locator(`[data-chat="${ada.address}"]`).click();
    const shown = ben.page.locator('.bubble .preview');
    await shown.waitFor();
    assert.match(await shown.innerText(), /What robins & wrens sing\s+<img src=x onerror=alert\(1\)> Songs/);
    assert.equal(await shown.getAttribute('href'), page.url);
    await ben.page.screenshot({ path: 'test-results/play-preview.png' });
    assert.equal(page.asked.length, 1, 'nobody but the sender\'s server asked');
    assert.match(page.asked[0], /^Kith\//);

    // Not wanted: the same link goes without.
    await field.fill(`Once more ${page.url} please`);
    await ada.page.getByRole('button', { name: 'Send without the preview' }).click();
    await field.press('Enter');
    await until('it arrived', async () => (await ben.page.locator('.bubble').count()) >= 3);
    assert.equal(await ben.page.locator('.bubble .preview').count(), 1);
    assert.deepEqual([...ada.errors, ...ben.errors], []);
  },

  async a_server_that_does_not_look_is_not_asked(browser, after) {
    const server = await Server.start('previews.fetch=false');
    after(() => server.stop());
    const ada = await person(browser, server, after, '+491701234573', 'Ada');
    assert.equal(await ada.run((kith) => kith.abilities.has('previews')), false);
  },
};
