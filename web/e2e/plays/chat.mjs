import assert from 'node:assert/strict';
import { BACK, Server, until } from '../stage.mjs';

async function two(browser, after) {
  const server = await Server.start();
  after(() => server.stop());
  const [alice, bob] = [await browser.device(server, 'alice'), await browser.device(server, 'bob')];
  after(() => alice.context.close());
  after(() => bob.context.close());
  await Promise.all([alice.open(), bob.open()]);
  await alice.signUp('+491701234501', 'Alice');
  await bob.signUp('+491701234502', 'Bob');
  return { server, alice, bob };
}

const unread = (device, chat, count) => device.until(`has ${count} unread`, (kith, { chat, count }) => kith.chats.chat(chat).value.unread === count, { chat, count });

/** The bubble of the last message has this tick. */
const ticked = (device, chat, tick) => until(`${device.name} sees ${tick}`, async () => (await device.texts(chat)).filter((each) => each.mine).at(-1)?.tick === tick);

export const plays = {
  async two_people_chat_with_true_ticks_and_all_is_there_after_a_reload(browser, after) {
    const { alice, bob } = await two(browser, after);
    await alice.send(bob.address, 'Hello Bob');
    await bob.has(alice.address, ['Hello Bob']);
    await ticked(alice, bob.address, 'delivered');
    await unread(bob, alice.address, 1);

    // Shown, so read.
    await bob.run((kith, chat) => {
      globalThis.open = kith.chats.open(chat, 'unread');
    }, alice.address);
    await bob.until('is shown', () => globalThis.open.view.value.messages.length === 1);
    await bob.run(() => globalThis.open.displayed(globalThis.open.view.value.messages.at(-1).id));
    await ticked(alice, bob.address, 'read');
    await unread(bob, alice.address, 0);

    await bob.send(alice.address, 'Hello Alice');
    await alice.has(bob.address, ['Hello Bob', 'Hello Alice']);
    // It is over after some seconds: it counts that it was seen.
    await alice.run((kith, chat) => void kith.chats.chat(chat).subscribe(({ typing }) => (globalThis.typed ||= typing.length === 1)), bob.address);
    await bob.run((kith, chat) => kith.chats.typing(chat, 'text'), alice.address);
    await alice.until('sees typing', () => globalThis.typed);

    const id = await alice.send(bob.address, 'Helo');
    await alice.run((kith, id) => kith.messages.edit(id, 'Hello again'), id);
    await bob.has(alice.address, ['Hello Bob', 'Hello Alice', 'Hello again']);
    await bob.run(async (kith, chat) => {
      const window = kith.chats.open(chat, 'end');
      while (!window.view.value.loaded) await new Promise((resolve) => setTimeout(resolve, 5));
      await kith.messages.react(window.view.value.messages.at(-1).id, ['👍']);
      window.close();
    }, alice.address);
    await until('the reaction arrives', async () => (await alice.texts(bob.address)).at(-1).reactions?.[0] === '👍');
    await alice.run((kith, id) => kith.messages.retract(id), id);
    await bob.has(alice.address, ['Hello Bob', 'Hello Alice', 'retracted']);

    for (const device of [alice, bob]) {
      await device.page.reload();
      await device.page.waitForFunction(() => globalThis.kith !== undefined);
      assert.equal(await device.run((kith) => kith.account.session.value.step), 'ready');
    }
    await alice.has(bob.address, ['Hello Bob', 'Hello Alice', 'retracted']);
    await bob.has(alice.address, ['Hello Bob', 'Hello Alice', 'retracted']);
    await alice.online();
    await bob.online();
    await alice.send(bob.address, 'Still here');
    await bob.has(alice.address, ['Hello Bob', 'Hello Alice', 'retracted', 'Still here']);
    assert.deepEqual([...alice.errors, ...bob.errors], []);
  },

  async nothing_is_lost_or_doubled_by_a_cut_network_a_killed_tab_and_a_killed_server(browser, after) {
    const { server, alice, bob } = await two(browser, after);
    await alice.send(bob.address, '1');
    await bob.has(alice.address, ['1']);

    // The network is cut: written, waiting, sent when it is back.
    await alice.context.setOffline(true);
    await alice.until('knows', (kith) => kith.account.connection.value.state === 'offline');
    await alice.send(bob.address, '2');
    await alice.send(bob.address, '3');
    await ticked(alice, bob.address, 'waiting');
    await alice.context.setOffline(false);
    await bob.has(alice.address, ['1', '2', '3']);
    await ticked(alice, bob.address, 'delivered');

    // The server dies; what is written meanwhile waits on the disk, even when the tab is killed, too.
    await server.crash();
    await alice.until('knows', (kith) => kith.account.connection.value.state === 'offline');
    await alice.send(bob.address, '4');
    await bob.send(alice.address, '5');
    await alice.page.close({ runBeforeUnload: false });
    await alice.open();
    assert.equal((await alice.texts(bob.address)).at(-1).tick, 'waiting');
    await server.up();
    await alice.has(bob.address, ['1', '2', '3', '4', '5'], BACK);
    // Whose came to the server first.
    await until('bob has both, too', async () => /^1,2,3,(4,5|5,4)$/.test((await bob.texts(alice.address)).map((each) => each.text).join()), BACK);
    await ticked(alice, bob.address, 'delivered');

    // A tab that dies right behind "send", many times: each message is there once, in order.
    const expected = (await bob.texts(alice.address)).map((each) => each.text);
    for (let i = 0; i < 6; i++) {
      await alice.send(bob.address, `crash ${i}`);
      expected.push(`crash ${i}`);
      await alice.page.close({ runBeforeUnload: false });
      await alice.open();
    }
    await bob.has(alice.address, expected, BACK);

    // The server dies while messages are under way.
    const sending = alice.run(async (kith, chat) => {
      for (let i = 0; i < 30; i++) await kith.messages.send(chat, { text: `burst ${i}` });
    }, bob.address);
    await server.crash();
    await server.up();
    await sending;
    for (let i = 0; i < 30; i++) expected.push(`burst ${i}`);
    await bob.has(alice.address, expected, BACK);
    await ticked(alice, bob.address, 'delivered');
    await alice.until('has an empty outbox', (kith) => kith.account.waiting.value === 0);
    assert.deepEqual([...alice.errors, ...bob.errors], []);
  },

  async several_tabs_are_one_device(browser, after) {
    const { alice, bob } = await two(browser, after);
    const other = Object.assign(Object.create(Object.getPrototypeOf(alice)), alice, { name: 'alice, second tab' });
    await other.open();
    await other.send(bob.address, 'from the second tab');
    await bob.has(alice.address, ['from the second tab']);
    await alice.has(bob.address, ['from the second tab']);
    await bob.send(alice.address, 'to both');
    await alice.has(bob.address, ['from the second tab', 'to both']);
    await other.has(bob.address, ['from the second tab', 'to both']);
    // The leader goes; the other one takes over.
    await alice.page.close();
    await other.send(bob.address, 'alone');
    await bob.has(alice.address, ['from the second tab', 'to both', 'alone']);
    await bob.send(alice.address, 'still heard');
    await other.has(bob.address, ['from the second tab', 'to both', 'alone', 'still heard']);
  },

  async a_second_device_is_linked_sees_what_was_and_is_kept_up_to_date(browser, after) {
    const { server, alice, bob } = await two(browser, after);
    await alice.send(bob.address, 'before');
    await bob.has(alice.address, ['before']);
    const tablet = await browser.device(server, 'tablet');
    after(() => tablet.context.close());
    await tablet.open();
    await tablet.until('is welcome', (kith) => kith.account.session.value.step === 'welcome');
    await tablet.run((kith) => kith.account.startLinking());
    const uri = await tablet.run((kith) => kith.account.session.value.uri);
    const asking = await alice.run((kith, uri) => kith.account.lookAtLink(uri), uri);
    assert.match(asking.name, /Chrome on Linux/);
    await alice.run((kith, uri) => kith.account.approveLink(uri), uri);
    await tablet.until('is in', (kith) => kith.account.session.value.step === 'ready');
    await tablet.online();
    await tablet.has(bob.address, ['before']);
    await tablet.send(bob.address, 'from the tablet');
    await bob.has(alice.address, ['before', 'from the tablet']);
    await alice.has(bob.address, ['before', 'from the tablet']);
    await bob.send(alice.address, 'to both');
    await tablet.has(bob.address, ['before', 'from the tablet', 'to both']);
    await alice.has(bob.address, ['before', 'from the tablet', 'to both']);
    assert.equal((await alice.run((kith) => kith.account.devices())).length, 1);

    // Logging out wipes.
    await tablet.run((kith) => void kith.account.logOut());
    // The page may be loaded anew at any moment in between.
    await until('the tablet begins anew, with nothing', () => tablet.run((kith) => kith?.account.session.value.step === 'welcome' && kith.chats.list.value.length === 0).catch(() => false));
  },
};
