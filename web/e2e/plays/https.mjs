// A server that listens for HTTPS itself: what it says of files to the world, and how pages reach them.

import assert from 'node:assert/strict';
import { Server, until } from '../stage.mjs';

/** A picture of so many pixels, drawn by the page. */
const sendPicture = (device, to) => device.run(async (kith, to) => {
  const canvas = new OffscreenCanvas(320, 200);
  const pen = canvas.getContext('2d');
  for (let i = 0; i < 400; i++) {
    pen.fillStyle = `hsl(${i * 7} 80% 50%)`;
    pen.fillRect((i * 37) % 320, (i * 53) % 200, 40, 30);
  }
  const file = await canvas.convertToBlob({ type: 'image/png' });
  const chat = await kith.chats.start(to);
  return (await kith.messages.sendFiles(chat, [{ file, name: 'a picture.png', kind: 'image', width: 320, height: 200 }]))[0];
}, to);

const seen = (device, from) => until(`${device.name} sees the picture`, () => device.run(async (kith, from) => {
  const window = kith.chats.open(from, 'end');
  while (!window.view.value.loaded) await new Promise((resolve) => setTimeout(resolve, 5));
  const message = window.view.value.messages.at(-1);
  window.close();
  if (message?.content.kind !== 'image') return undefined;
  const { width, height } = await createImageBitmap(await kith.files.open(message.id));
  return `${width}x${height}`;
}, from));

const media = (device) => {
  const asked = [];
  device.page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname.startsWith('/media/')) asked.push(`${request.method()} ${url.origin}`);
  });
  return asked;
};

async function tell(browser, after, secure) {
  const server = await Server.start('listen.https=127.0.0.1:0');
  after(() => server.stop());
  server.secure = secure;
  const options = secure ? { ignoreHTTPSErrors: true } : {};
  const [ada, ben] = [await browser.device(server, 'ada', options), await browser.device(server, 'ben', options)];
  for (const device of [ada, ben]) {
    after(() => device.context.close());
    await device.open();
  }
  await ada.signUp('+491701234541', 'Ada');
  await ben.signUp('+491701234542', 'Ben');
  const [up, down] = [media(ada), media(ben)];
  await sendPicture(ada, ben.address);
  assert.equal(await seen(ben, ada.address), '320x200');
  assert.deepEqual([...new Set(up)].filter((each) => each.startsWith('PUT')), [`PUT ${server.url}`]);
  assert.deepEqual([...new Set(down)], [`GET ${server.url}`]);
  assert.equal(await ben.run((kith) => globalThis.isSecureContext), true);
  assert.deepEqual([...ada.errors, ...ben.errors], []);
  return server;
}

export const plays = {
  async a_page_at_http_sends_and_sees_a_picture_of_a_server_whose_links_are_https(browser, after) {
    await tell(browser, after, false);
  },

  async a_page_at_https_does_all_that_by_https(browser, after) {
    const server = await tell(browser, after, true);
    assert.match(server.url, /^https:/);
  },
};
