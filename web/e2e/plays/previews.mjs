import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Server, until } from '../stage.mjs';

/** A web page, and what it shows by path, that counts who asks for it. */
async function site(after, html, shown = {}) {
  const asked = [];
  const paths = [];
  const server = createServer((request, response) => {
    asked.push(request.headers['user-agent'] ?? '');
    paths.push(request.url);
    const bytes = shown[request.url];
    if (bytes) response.writeHead(200, { 'Content-Type': 'image/png' }).end(bytes);
    else response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(async () => server.close());
  return { url: `http://localhost:${server.address().port}/birds`, asked, paths };
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

  async a_page_is_shown_with_its_picture_which_nobody_else_fetches(browser, after) {
    const server = await Server.start('previews.private-pages=true');
    after(() => server.stop());
    const ada = await person(browser, server, after, '+491701234574', 'Ada');
    const ben = await person(browser, server, after, '+491701234575', 'Ben');
    // Half a megabyte of noise below a red sky.
    const large = Buffer.from(await ada.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(1200, 630);
      const pen = canvas.getContext('2d');
      const noise = pen.createImageData(1200, 630);
      for (let i = 0; i < noise.data.length; i += 4) noise.data.set([crypto.getRandomValues(new Uint8Array(1))[0], 0, 0, 255], i);
      pen.putImageData(noise, 0, 0);
      pen.fillStyle = '#c00';
      pen.fillRect(0, 0, 1200, 300);
      const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
      return [...new Uint8Array(await blob.arrayBuffer())];
    }));
    assert(large.length > 150_000 && large.length < 600_000, `${large.length} bytes`);
    const page = await site(after, '<title>Red birds</title><meta property="og:image" content="/robin.jpg">', { '/robin.jpg': large });
    await ada.send(ben.address, 'Good morning');
    await ben.has(ada.address, ['Good morning']);
    await ada.page.locator(`[data-chat="${ben.address}"]`).click();
    const field = ada.page.locator('.composer textarea');
    await field.fill(page.url);
    await ada.page.getByRole('group', { name: 'Preview of the link' }).locator('img').waitFor();
    await field.press('Enter');
    await ben.page.locator(`[data-chat="${ada.address}"]`).click();
    const picture = ben.page.locator('.bubble .preview img');
    await picture.waitFor();
    const shown = await picture.evaluate(async (img) => {
      await img.decode();
      return { from: img.src.slice(0, 23), chars: img.src.length, ratio: img.naturalWidth / img.naturalHeight, width: img.clientWidth, height: img.clientHeight };
    });
    assert.equal(shown.from, 'data:image/jpeg;base64,');
    assert(shown.chars <= 14_000 && Math.abs(shown.ratio - 1200 / 630) < 0.05 && shown.width > 150 && shown.height > 70, JSON.stringify(shown));
    assert.deepEqual(page.paths, ['/birds', '/robin.jpg'], 'once each');
    for (const who of page.asked) assert.match(who, /^Kith\//);
    await ben.page.screenshot({ path: 'test-results/play-preview-picture.png' });
    assert.deepEqual([...ada.errors, ...ben.errors], []);
  },

  async pages_with_hostile_pictures_are_shown_without(browser, after) {
    const server = await Server.start('previews.private-pages=true');
    after(() => server.stop());
    const ada = await person(browser, server, after, '+491701234576', 'Ada');
    const bomb = Buffer.from('89504e470d0a1a0a0000000d494844520000ea600000ea600802000000', 'hex');
    const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
    const huge = Buffer.concat([Buffer.from('ffd8ffc0001108000100010311', 'hex'), Buffer.alloc(700_000)]);
    const page = await site(after, '<title>Bad birds</title><meta property="og:image" content="/a.png"><meta name="twitter:image" content="/b.png"><link rel="icon" href="/c.png">', { '/a.png': bomb, '/b.png': drawing, '/c.png': bomb });
    const other = await site(after, '<title>Big birds</title><meta property="og:image" content="/a.jpg"><link rel="icon" href="/picture.svg">', { '/a.jpg': huge });
    for (const { url, paths } of [page, other]) {
      assert.equal((await ada.run((kith, url) => kith.messages.preview(url), url)).pictured, true);
      assert.equal(await ada.run((kith, url) => kith.messages.picture(url).then((blob) => blob ?? null), url), null);
      assert(paths.length <= 3, 'it does not go on for ever');
    }
    assert.deepEqual(ada.errors, []);
  },

  async a_server_that_does_not_look_is_not_asked(browser, after) {
    const server = await Server.start('previews.fetch=false');
    after(() => server.stop());
    const ada = await person(browser, server, after, '+491701234573', 'Ada');
    assert.equal(await ada.run((kith) => kith.abilities.has('previews')), false);
  },
};
