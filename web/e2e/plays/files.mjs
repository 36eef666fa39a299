import assert from 'node:assert/strict';
import { BACK, Server, until } from '../stage.mjs';

export const plays = {
  async a_file_goes_up_and_down_and_survives_a_cut(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const [ada, ben] = [await browser.device(server, 'ada'), await browser.device(server, 'ben')];
    for (const device of [ada, ben]) {
      after(() => device.context.close());
      await device.open();
    }
    await ada.signUp('+491701234531', 'Ada');
    await ben.signUp('+491701234532', 'Ben');
    const send = (name, bytes) => ada.run(async (kith, { to, name, bytes }) => {
      const data = new Uint8Array(bytes).map((_, i) => (i * 31) & 255);
      const chat = await kith.chats.start(to);
      return (await kith.messages.sendFiles(chat, [{ file: new Blob([data], { type: 'image/png' }), name, kind: 'image', width: 10, height: 20, caption: 'Look' }]))[0];
    }, { to: ben.address, name, bytes });
    const lastOf = (device, chat) => device.run(async (kith, chat) => {
      const window = kith.chats.open(chat, 'end');
      while (!window.view.value.loaded) await new Promise((resolve) => setTimeout(resolve, 5));
      const message = window.view.value.messages.at(-1);
      window.close();
      return message;
    }, chat);
    const same = (id) => ben.run(async (kith, id) => {
      const data = new Uint8Array(await (await kith.files.open(id)).arrayBuffer());
      return data.length > 0 && data.every((byte, i) => byte === ((i * 31) & 255)) ? data.length : 0;
    }, id);

    await send('a.png', 300_000);
    const first = await until('ben hears of it', async () => {
      const message = await lastOf(ben, ada.address);
      return message?.content.kind === 'image' ? message : undefined;
    });
    assert.deepEqual([first.content.name, first.content.size, first.content.caption, first.content.width], ['a.png', 300_000, 'Look', 10]);
    assert.equal(await same(first.id), 300_000);
    assert.equal((await lastOf(ben, ada.address)).content.local, true);

    // Chosen without a network: it waits, also over a reload, and goes when there is one.
    await server.crash();
    await ada.until('knows', (kith) => kith.account.connection.value.state === 'offline');
    await send('b.png', 50_000);
    await ada.page.close();
    await ada.open();
    assert.equal((await lastOf(ada, ben.address)).tick, 'waiting');
    await server.up();
    const second = await until('ben hears of the second', async () => {
      const message = await lastOf(ben, ada.address);
      return message?.content.name === 'b.png' ? message : undefined;
    }, BACK);
    assert.equal(await same(second.id), 50_000);
    await until('it is delivered', async () => (await lastOf(ada, ben.address)).tick === 'delivered');

    // Another number on the same browser: nothing of the former one is there.
    const before = await ada.run((kith) => kith.account.me.value.address);
    await ada.run((kith) => kith.account.requestCode('+491701234533'));
    const code = await until('a code is sent', () => server.code('+491701234533'));
    await ada.run((kith, code) => void kith.account.submitCode(code), code);
    await until('somebody else is signed in', () => ada.run((kith) => kith !== undefined && kith.account.me.value.address !== '').then(
      async (ready) => ready && (await ada.run((kith) => kith.account.me.value.address)) !== before).catch(() => false));
    assert.deepEqual(await ada.run((kith) => kith.chats.list.value), []);
    assert.deepEqual([...ada.errors, ...ben.errors], []);
  },
};
