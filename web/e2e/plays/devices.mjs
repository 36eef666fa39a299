// With Chromium's made-up microphone and a camera that looks at a picture.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'lean-qr';
import { Browser, Server, until } from '../stage.mjs';

const MADE_UP = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

async function person(browser, server, after, phone, name) {
  const device = await browser.device(server, name);
  after(() => device.context.close());
  await device.context.grantPermissions(['microphone', 'camera']);
  await device.open();
  await device.signUp(phone, name);
  return device;
}

/** A film of one picture, as Chromium reads it in place of a camera: the QR code in the middle of grey. */
function film(text, file) {
  const [width, height, scale] = [640, 480, 6];
  const code = generate(text);
  const luma = Buffer.alloc(width * height, 200);
  const [left, top] = [(width - code.size * scale) >> 1, (height - code.size * scale) >> 1];
  for (let y = -4 * scale; y < (code.size + 4) * scale; y++) {
    for (let x = -4 * scale; x < (code.size + 4) * scale; x++) luma[(top + y) * width + left + x] = code.get(Math.floor(x / scale), Math.floor(y / scale)) ? 20 : 235;
  }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128)]);
  writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), frame, frame, frame]));
}

export const plays = {
  async a_voice_note_arrives_as_ogg_that_can_be_heard(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const talking = await Browser.start(browser.app, MADE_UP);
    after(() => talking.close());
    const ada = await person(talking, server, after, '+491701234581', 'Ada');
    const ben = await person(browser, server, after, '+491701234582', 'Ben');
    await ada.send(ben.address, 'Listen');
    await ben.has(ada.address, ['Listen']);
    await ada.page.locator(`[data-chat="${ben.address}"]`).click();
    const asked = performance.now();
    await ada.page.getByRole('button', { name: 'Record a voice note' }).click();
    // Who looks late finds more seconds on the clock; who is stopped now and then, fewer levels than tenths.
    const SECONDS = 3;
    await until('there are some seconds', async () => {
      const [minutes, seconds] = (await ada.page.getByRole('timer').innerText()).split(':').map(Number);
      return 60 * minutes + seconds >= SECONDS && (await ada.page.locator('.levels rect').count()) > 5;
    });
    await ada.page.getByRole('group', { name: 'Voice note' }).getByRole('button', { name: 'Send' }).click();
    const mostMillis = performance.now() - asked;
    await ben.has(ada.address, ['Listen', 'voice']);
    const heard = await ben.run(async (kith, chat) => {
      const window = kith.chats.open(chat, 'end');
      while (!window.view.value.loaded) await new Promise((resolve) => setTimeout(resolve, 5));
      const note = window.view.value.messages.at(-1);
      window.close();
      const file = await kith.files.open(note.id);
      const bytes = await file.arrayBuffer();
      const begin = String.fromCharCode(...new Uint8Array(bytes, 0, 4));
      const sound = await new OfflineAudioContext(1, 48_000, 48_000).decodeAudioData(bytes);
      const loudest = sound.getChannelData(0).reduce((most, each) => Math.max(most, Math.abs(each)), 0);
      return { type: note.content.type, name: note.content.name, begin, seconds: sound.duration, loudest, told: note.content.durationMillis, bars: note.content.waveform.length };
    }, ada.address);
    assert.match(heard.type, /^audio\/ogg/);
    assert.equal(heard.begin, 'OggS');
    assert.equal(heard.name, 'voice.ogg');
    // The clock rounds.
    assert.ok(heard.told >= (SECONDS - 0.5) * 1000 && heard.told <= mostMillis, JSON.stringify({ ...heard, mostMillis }));
    // A microphone that was not heard for a moment makes it shorter, nothing makes it longer.
    assert.ok(heard.seconds > 1 && heard.seconds * 1000 < heard.told + 1500, JSON.stringify(heard));
    assert.ok(heard.loudest > 0.01 && heard.bars > 5, JSON.stringify(heard));
    assert.deepEqual([...ada.errors, ...ben.errors], []);
  },

  async a_device_is_linked_by_the_qr_code_that_the_camera_sees(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const second = await browser.device(server, 'second');
    after(() => second.context.close());
    await second.open();
    await second.page.getByRole('button', { name: 'Link with a code' }).click();
    const uri = await until('there is a code', () => second.run((kith) => kith.account.session.value.uri));
    const folder = mkdtempSync(join(tmpdir(), 'kith-film-'));
    after(async () => rmSync(folder, { recursive: true, force: true }));
    film(uri, join(folder, 'qr.y4m'));
    const seeing = await Browser.start(browser.app, [...MADE_UP, `--use-file-for-fake-video-capture=${join(folder, 'qr.y4m')}`]);
    after(() => seeing.close());
    const ada = await person(seeing, server, after, '+491701234583', 'Ada');
    await ada.page.getByRole('button', { name: 'Settings' }).click();
    await ada.page.getByRole('button', { name: 'Linked devices' }).click();
    await ada.page.getByRole('button', { name: 'Link a device' }).click();
    await ada.page.getByRole('button', { name: 'Link', exact: true }).click();
    await second.page.getByRole('heading', { name: 'Chats', level: 1 }).waitFor();
    assert.deepEqual([...ada.errors, ...second.errors], []);
  },
};
