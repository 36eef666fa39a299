import assert from 'node:assert/strict';
import { Server, until } from '../stage.mjs';

/** What `device` has of `from`: texts, or kinds, oldest first. */
const stories = (device, from) => device.run((kith, from) => {
  const author = kith.statuses.list.value.find((each) => each.from.address === from);
  return (author?.statuses ?? []).map((status) => ({ id: status.id, text: status.content.text ?? status.content.caption, seen: status.seen, waiting: status.waiting ?? false, viewers: (status.viewers ?? []).map((each) => each.who) }));
}, from);

const has = (device, from, texts, patience) => {
  let now;
  return until(`${device.name} has the stories ${JSON.stringify(texts)}`, async () => JSON.stringify((now = await stories(device, from)).map((each) => each.text)) === JSON.stringify(texts), patience)
    .catch((fault) => {
      throw new Error(`${fault.message}\n  but: ${JSON.stringify(now)}`);
    });
};

async function two(browser, after, last) {
  const server = await Server.start();
  after(() => server.stop());
  const devices = [await browser.device(server, 'ada'), await browser.device(server, 'ben')];
  for (const [i, device] of devices.entries()) {
    after(() => device.context.close());
    await device.open();
    await device.signUp(`+4917012345${last}${i}`, i === 0 ? 'Ada' : 'Ben');
  }
  const [ada, ben] = devices;
  await ada.run((kith, who) => kith.people.addContact(who, 'Benjamin'), ben.address);
  await ben.run((kith, who) => kith.people.addContact(who, 'Ada L.'), ada.address);
  return { server, ada, ben };
}

export const plays = {
  async a_status_is_shared_seen_answered_kept_and_taken_back(browser, after) {
    const { server, ada, ben } = await two(browser, after, 6);
    await ada.run((kith) => kith.statuses.postText('Good morning', 'lake'));
    await has(ben, ada.address, ['Good morning']);

    // Ben looks at it on the screen, as a person would.
    const { page } = ben;
    // Else it goes on after some seconds, before a slow machine has begun to write.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.getByRole('button', { name: /^Status/ }).first().click();
    await page.getByRole('button', { name: /Ada L\./ }).click();
    await page.locator('.stage.words', { hasText: 'Good morning' }).waitFor();
    await page.getByRole('textbox', { name: 'Reply' }).fill('And to you');
    await page.getByRole('textbox', { name: 'Reply' }).press('Enter');
    await page.keyboard.press('Escape');
    await until('ada learns who has seen it', async () => (await stories(ada, ada.address))[0].viewers.includes(ben.address));
    await ada.has(ben.address, ['And to you']);
    const reply = await ada.run(async (kith, chat) => {
      const window = kith.chats.open(chat, 'end');
      while (!window.view.value.loaded) await new Promise((resolve) => setTimeout(resolve, 5));
      window.close();
      return window.view.value.messages[0].reply;
    }, ben.address);
    assert.deepEqual(reply, { from: ada.address, text: 'Good morning', kind: 'text' });

    // A picture, while the server is down: it waits, and comes.
    await server.crash();
    await ada.until('knows', (kith) => kith.account.connection.value.state === 'offline');
    await ada.run((kith) => kith.statuses.postFile({ file: new Blob([new Uint8Array([1, 2, 3])], { type: 'image/png' }), name: 'dawn.png', kind: 'image', caption: 'Dawn' }));
    assert.deepEqual((await stories(ada, ada.address)).map((each) => each.waiting), [false, true]);
    await ada.page.reload();
    await ada.page.waitForFunction(() => globalThis.kith !== undefined);
    await server.up();
    // Each of them tries again after a pause of up to a minute.
    await has(ben, ada.address, ['Good morning', 'Dawn'], 180_000);
    const picture = (await stories(ben, ada.address))[1].id;
    assert.deepEqual(await ben.run(async (kith, id) => [...new Uint8Array(await (await kith.statuses.open(id)).arrayBuffer())], picture), [1, 2, 3]);
    await ben.page.reload();
    await ben.page.waitForFunction(() => globalThis.kith !== undefined);
    assert.deepEqual((await stories(ben, ada.address)).map((each) => each.seen), [true, false]);
    await ben.online();

    await ada.run((kith, id) => kith.statuses.remove(id), (await stories(ada, ada.address))[0].id);
    await has(ben, ada.address, ['Dawn']);
    // Not for Ben.
    await ada.run((kith, ben) => kith.settings.set({ status: 'contacts-except', listed: { status: [ben] } }), ben.address);
    await ada.run((kith) => kith.statuses.postText('Only for others', 'plum'));
    await ada.send(ben.address, 'Look at my status');
    await ben.has(ada.address, ['And to you', 'Look at my status']);
    assert.ok(!(await stories(ben, ada.address)).some((each) => each.text === 'Only for others'));
    assert.deepEqual([...ada.errors, ...ben.errors], []);
  },

  async what_is_pinned_muted_archived_and_private_is_so_on_all_of_ones_devices(browser, after) {
    const { server, ada, ben } = await two(browser, after, 7);
    await ada.send(ben.address, 'Hello');
    await ben.has(ada.address, ['Hello']);
    await ada.run((kith, chat) => kith.chats.pin(chat, true), ben.address);
    await ada.run((kith) => kith.settings.set({ lastSeen: 'nobody', profilePhoto: 'contacts' }));
    const tablet = await browser.device(server, 'tablet');
    after(() => tablet.context.close());
    await tablet.open();
    await tablet.until('is welcome', (kith) => kith.account.session.value.step === 'welcome');
    await tablet.run((kith) => kith.account.startLinking());
    await ada.run((kith, uri) => kith.account.approveLink(uri), await tablet.run((kith) => kith.account.session.value.uri));
    await tablet.until('is in', (kith) => kith.account.session.value.step === 'ready');
    await tablet.online();
    await tablet.until('has the pin', (kith, chat) => kith.chats.chat(chat).value?.pinned !== undefined, ben.address);
    await tablet.until('has the choices', (kith) => kith.settings.values.value.lastSeen === 'nobody' && kith.settings.values.value.profilePhoto === 'contacts');
    await tablet.run((kith, chat) => kith.chats.mute(chat, Infinity), ben.address);
    await tablet.run((kith, chat) => kith.chats.archive(chat, true), ben.address);
    await tablet.run((kith) => kith.settings.set({ lastSeen: 'contacts', receipts: false, discoverable: false }));
    await ada.until('has them, too', (kith, chat) => kith.chats.chat(chat).value.archived && kith.chats.chat(chat).value.mutedUntil === Infinity && kith.chats.chat(chat).value.pinned !== undefined, ben.address);
    await ada.until('has the new choices', (kith) => kith.settings.values.value.lastSeen === 'contacts' && !kith.settings.values.value.receipts);
    // Found by the number, as long as one lets oneself be found.
    const found = (number) => ben.run((kith, number) => kith.people.discover([number, '+491701299999']).then((all) => all.map((each) => each.address)), number);
    await until('ada is not found', async () => (await found(ada.phone)).length === 0);
    await ada.run((kith) => kith.settings.set({ discoverable: true }));
    await until('ada is found', async () => (await found(ada.phone))[0] === ada.address);
    await ada.send(ben.address, 'Back again');
    await tablet.until('sees it come back', (kith, chat) => !kith.chats.chat(chat).value.archived, ben.address);
    assert.deepEqual([...ada.errors, ...ben.errors, ...tablet.errors], []);
  },
};
