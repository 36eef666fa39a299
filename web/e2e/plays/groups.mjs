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
    for (const device of [ben, cem]) await hear(device, ['Welcome', 'Thanks', 'While you were away']);
    await cem.until('has three unread', (kith, group) => kith.chats.chat(group).value.unread === 3, group);
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

  async who_is_in_a_community_comes_into_its_groups_without_a_link(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const devices = [];
    for (const [i, name] of ['ada', 'ben'].entries()) {
      const device = await browser.device(server, name);
      after(() => device.context.close());
      await device.open();
      await device.signUp(`+49170123453${i}`, name);
      devices.push(device);
    }
    const [ada, ben] = devices;
    const choir = await ada.run((kith, members) => kith.groups.create('Choir', members), [ben.address]);
    const chess = await ada.run((kith) => kith.groups.create('Chess', []));
    const bees = await ada.run((kith) => kith.groups.create('Bees', []));
    const village = await ada.run((kith, groups) => kith.groups.createCommunity('Village', groups), [choir, chess, bees]);
    await ada.until('sees that it is in a community', (kith, group) => kith.groups.group(group).value?.community !== undefined, bees);
    await ada.run((kith, group) => kith.groups.change(group, { permissions: { ...kith.groups.group(group).value.permissions, free: true } }), bees);
    await ben.until('is in the village', (kith, village) => kith.chats.chat(village).value?.announces, village);

    const { page } = ben;
    await page.locator(`[data-chat="${village}"]`).click();
    await page.locator('.talk header, main header').getByRole('button', { name: /Village/ }).first().click();
    const row = (name) => page.getByRole('listitem').filter({ hasText: name }).getByRole('button');
    await row('Chess').click();
    await page.getByRole('button', { name: 'Join', exact: true }).click();
    await row('Chess').filter({ hasText: 'You have asked to join' }).waitFor();
    await page.screenshot({ path: 'test-results/play-community.png' });
    // Her it is shown, and she decides.
    await ada.until('is asked', (kith, chess) => kith.chats.chat(chess).value?.asking === 1, chess);
    await ada.run((kith, { chess, who }) => kith.groups.answer(chess, who, true), { chess, who: ben.address });
    await ben.until('is in', (kith, chess) => kith.chats.chat(chess).value?.member === true && kith.groups.asked.value.length === 0, chess);
    // This one lets the people of the village in.
    await row('Bees').click();
    await page.getByRole('button', { name: 'Join', exact: true }).click();
    await ben.until('is among the bees', (kith, bees) => kith.chats.chat(bees).value?.member === true, bees);
    await ada.send(bees, 'Welcome');
    await until('ben hears it', async () => (await ben.texts(bees)).some((each) => each.text === 'Welcome'));
    assert.deepEqual(devices.flatMap((device) => device.errors), []);
  },
};
