import assert from 'node:assert/strict';
import { Server, until } from '../stage.mjs';

export const plays = {
  async a_group_is_made_and_everybody_reads_everything(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const devices = [];
    for (const [i, name] of ['ada', 'ben', 'cem'].entries()) {
      const device = await browser.device(server, name);
      after(() => device.context.close());
      await device.open();
      await device.signUp(`+49170123452${i}`, name);
      devices.push(device);
    }
    const [ada, ben, cem] = devices;
    const group = await ada.run((kith, members) => kith.groups.create('Orchard', members), [ben.address, cem.address]);
    for (const device of devices) await device.until('has the group', (kith, group) => kith.chats.chat(group).value?.name === 'Orchard', group);
    const said = (device) => device.texts(group).then((all) => all.filter((each) => each.text !== 'event').map((each) => each.text));
    const hear = (device, texts) => until(`${device.name} hears ${texts}`, async () => JSON.stringify(await said(device)) === JSON.stringify(texts));
    await ada.send(group, 'Welcome');
    for (const device of devices) await hear(device, ['Welcome']);
    await ben.send(group, 'Thanks');
    for (const device of devices) await hear(device, ['Welcome', 'Thanks']);
    // Away, and back: it waited.
    await cem.page.close();
    await ada.send(group, 'While you were away');
    await cem.open();
    await hear(cem, ['Welcome', 'Thanks', 'While you were away']);
    assert.equal(await cem.run((kith, group) => kith.chats.chat(group).value.unread, group), 3);
    // Shown: the sender sees who has read it.
    for (const device of [ben, cem]) {
      await device.run(async (kith, group) => {
        const window = kith.chats.open(group, 'end');
        while (!window.view.value.loaded) await new Promise((resolve) => setTimeout(resolve, 5));
        window.displayed(window.view.value.messages.at(-1).id);
      }, group);
    }
    await until('ada sees that both have read it', async () => (await ada.texts(group)).at(-1).tick === 'read');
    const details = await ada.until('sees the members', (kith, group) => {
      const now = kith.groups.group(group).value;
      return now?.members.length === 3 ? now : undefined;
    }, group);
    assert.equal(details.me, 'owner');
    await ada.run((kith, { group, who }) => kith.groups.removeMember(group, who), { group, who: cem.address });
    await cem.until('is out', (kith, group) => kith.chats.chat(group).value.member === false, group);
    assert.deepEqual(devices.flatMap((device) => device.errors), []);
  },
};
