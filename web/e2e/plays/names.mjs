import assert from 'node:assert/strict';
import { bubble, complaints, person, write } from '../people.mjs';
import { Server, until } from '../stage.mjs';

export const plays = {
  async who_wants_to_be_found_by_name_is_and_nobody_else(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const ada = await person(browser, server, after, '1701234751', 'Ada');
    const ben = await person(browser, server, after, '1701234752', 'Benvolio Montague');
    const look = async () => {
      await ada.page.getByRole('button', { name: 'New chat' }).first().click();
      await ada.page.getByRole('searchbox', { name: 'Name, number or address' }).fill('benv');
      await ada.page.getByRole('button', { name: 'Search this server for the name' }).click();
    };
    await look();
    await ada.page.getByText('Nobody else of this name wants to be found').waitFor();
    await ben.page.getByRole('button', { name: 'Settings' }).click();
    await ben.page.getByRole('button', { name: /^Privacy/ }).click();
    const choice = ben.page.getByRole('switch', { name: /Let people find me by my name/ });
    assert.equal(await choice.isChecked(), false, 'nobody is found who did not say so');
    await choice.click();
    await until('it is on', () => choice.isChecked());
    assert.deepEqual(await complaints(ben.page), []);
    // Once a second: nobody may search more than 200 times a day.
    await until('he is found', async () => {
      const found = await ada.device.run((kith) => kith.people.called('Benv'));
      return found.length === 1 || ada.page.waitForTimeout(1000);
    });
    await ada.page.getByRole('button', { name: 'Back' }).first().click();
    await look();
    await ada.page.getByText('1 more person of this name').waitFor();
    await ada.page.screenshot({ path: 'test-results/play-names.png' });
    await ada.page.getByRole('button', { name: /Benvolio Montague/ }).click();
    await write(ada.page, 'Part, fools!');
    await ben.page.getByText('Part, fools!').first().waitFor();
    await bubble(ada.page, 'Part, fools!').locator('[data-tick=delivered], [data-tick=read]').first().waitFor();
    assert.deepEqual([...ada.device.errors, ...ben.device.errors], []);
  },
};
