// Large files on their way up: stopped and begun again, cut off, the page reloaded, many at once. What arrives is what was sent, once.

import assert from 'node:assert/strict';
import { Server, until } from '../stage.mjs';

const MB = 1024 * 1024;
/** Bytes a second: a file takes a minute and more, so that there is time to do something meanwhile. */
const SLOW = MB / 4;
/** For what goes up at full speed, through the browser's tools, and is ciphered at both ends. */
const PATIENCE = 180_000;

async function two(browser, after, number) {
  const server = await Server.start();
  after(() => server.stop());
  const devices = [];
  for (const [i, name] of ['Ada', 'Ben'].entries()) {
    const device = await browser.device(server, name);
    after(() => device.context.close());
    await device.open();
    await device.signUp(`+49170123${number}${i}`, name);
    device.page.setDefaultTimeout(60_000);
    devices.push(device);
  }
  const [ada, ben] = devices;
  await ada.send(ben.address, 'Good morning');
  await ben.has(ada.address, ['Good morning']);
  return { server, ada, ben };
}

/** So many bytes a second go up, until it is asked for all. */
async function slow(device, bytesPerSecond) {
  const devtools = await device.context.newCDPSession(device.page);
  const limit = (most, offline = false) => devtools.send('Network.emulateNetworkConditions', { offline, latency: 0, downloadThroughput: -1, uploadThroughput: most });
  await devtools.send('Network.enable');
  await limit(bytesPerSecond);
  return { quick: () => limit(-1), cut: () => limit(0, true) };
}

const send = (device, to, files) => device.run(async (kith, { to, files }) => {
  const chat = await kith.chats.start(to);
  return kith.messages.sendFiles(chat, files.map(([name, bytes, seed]) => {
    const data = new Uint32Array(bytes / 4);
    for (let i = 0, x = seed; i < data.length; i++) data[i] = x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return { file: new Blob([data], { type: 'application/octet-stream' }), name, kind: 'file' };
  }));
}, { to, files });

/** Names of the files in a chat, in order, with how they stand. */
const files = (device, chat) => device.run(async (kith, chat) => {
  const window = kith.chats.open(chat, 'end');
  while (!window.view.value.loaded) await new Promise((resolve) => setTimeout(resolve, 5));
  const found = window.view.value.messages.filter((message) => message.content.kind === 'file').map((message) => ({ id: message.id, name: message.content.name, size: message.content.size, tick: message.tick }));
  window.close();
  return found;
}, chat);

const names = async (device, chat) => (await files(device, chat)).map((each) => each.name);

/** Whether the file is, byte for byte, what `send` made of this seed. */
const isWhole = (device, id, seed) => device.run(async (kith, { id, seed }) => {
  const data = new Uint32Array(await (await kith.files.open(id)).arrayBuffer());
  let x = seed;
  return data.length > 0 && data.every((each) => each === (x = (Math.imul(x, 1664525) + 1013904223) >>> 0));
}, { id, seed });

const transfer = (device, id) => device.run((kith, id) => kith.files.transfer(id).value ?? null, id);
const under = (device, id) => until(`${device.name}'s file is on its way`, async () => {
  const now = await transfer(device, id);
  return now?.state === 'uploading' && now.bytes > 0 && now.bytes < now.total && now;
});

export const plays = {
  async an_upload_is_stopped_by_its_button_and_begun_again(browser, after) {
    const { ada, ben } = await two(browser, after, '461');
    const { quick } = await slow(ada, SLOW);
    await ada.page.locator(`[data-chat="${ben.address}"]`).click();
    const [id] = await send(ada, ben.address, [['film.bin', 24 * MB, 7]]);
    await under(ada, id);
    await ada.page.getByRole('button', { name: /% done\. Stop the transfer/ }).click();
    await ada.page.locator('.bubble .retry').waitFor();
    assert.equal((await transfer(ada, id)).state, 'cancelled');
    // What is stopped holds nobody up, and stays stopped over a reload.
    await ada.send(ben.address, 'The film comes later');
    await ben.has(ada.address, ['Good morning', 'The film comes later']);
    await ada.page.close();
    await ada.open();
    ada.page.setDefaultTimeout(60_000);
    await ada.online();
    await ada.page.locator(`[data-chat="${ben.address}"]`).click();
    await ada.page.locator('.bubble .retry').click();
    await quick().catch(() => {});
    const [film] = await until('ben has it', async () => {
      const all = await files(ben, ada.address);
      return all.length === 1 && all;
    }, PATIENCE);
    assert.equal(film.size, 24 * MB);
    assert.equal(await isWhole(ben, film.id, 7), true);
    await until('it is delivered', async () => (await files(ada, ben.address))[0].tick === 'delivered');
    assert.equal(await transfer(ada, id), null, 'no wheel is left turning');
    assert.deepEqual([...ada.errors, ...ben.errors], []);
  },

  async an_upload_goes_on_after_a_cut_and_after_a_reload_and_arrives_once(browser, after) {
    const { ada, ben } = await two(browser, after, '462');
    const network = await slow(ada, SLOW);
    const [id] = await send(ada, ben.address, [['film.bin', 16 * MB, 9]]);
    await under(ada, id);
    await network.cut();
    await until('it waits', async () => (await transfer(ada, id))?.state === 'queued');
    assert.deepEqual(await names(ben, ada.address), []);
    await network.quick();
    await until('ben has it', async () => (await names(ben, ada.address)).length === 1, PATIENCE);

    await slow(ada, SLOW);
    const [second] = await send(ada, ben.address, [['second.bin', 16 * MB, 11]]);
    await under(ada, second);
    await ada.page.close();
    await ada.open();
    await until('ben has the second', async () => (await names(ben, ada.address)).length === 2, PATIENCE);
    const [one, two_] = await files(ben, ada.address);
    assert.deepEqual([one.name, two_.name], ['film.bin', 'second.bin']);
    assert.deepEqual([await isWhole(ben, one.id, 9), await isWhole(ben, two_.id, 11)], [true, true]);
    // Once: what is said after them stands right behind.
    await ada.send(ben.address, 'That is all');
    await until('ben hears the end', async () => (await ben.texts(ada.address)).at(-1).text === 'That is all');
    assert.deepEqual(await names(ben, ada.address), ['film.bin', 'second.bin']);
    assert.deepEqual([...ada.errors, ...ben.errors], []);
  },

  async many_files_at_once_arrive_in_their_order(browser, after) {
    const { ada, ben } = await two(browser, after, '463');
    const all = Array.from({ length: 20 }, (_, i) => [`file-${String(i).padStart(2, '0')}.bin`, (20 - i) * 128 * 1024, i + 1]);
    await send(ada, ben.address, all);
    const there = await until('ben has all', async () => {
      const found = await files(ben, ada.address);
      return found.length === all.length && found;
    }, PATIENCE);
    assert.deepEqual(there.map((each) => each.name), all.map(([name]) => name));
    for (const i of [0, 7, 19]) assert.equal(await isWhole(ben, there[i].id, i + 1), true, `file ${i}`);
    await until('all are delivered', async () => (await files(ada, ben.address)).every((each) => each.tick === 'delivered'));
    assert.deepEqual([...ada.errors, ...ben.errors], []);
  },
};
