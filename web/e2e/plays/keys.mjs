import assert from 'node:assert/strict';
import { bubble, person } from '../people.mjs';
import { Server } from '../stage.mjs';

/** Presses keys faster than the page is drawn, from `selector` on. */
const inOneBreath = (page, selector, keys) =>
  page.locator(selector).evaluate(async (element, pressed) => {
    element.focus();
    for (const key of pressed) {
      document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      await Promise.resolve();
    }
  }, keys);

export const plays = {
  async without_a_mouse_one_finds_a_chat_writes_edits_answers_and_comes_back(browser, after) {
    const server = await Server.start();
    after(() => server.stop());
    const ada = await person(browser, server, after, '1701234901', 'Ada');
    const ben = await person(browser, server, after, '1701234902', 'Ben');
    await ben.device.send(ada.address, 'Hello Ada');
    const { page } = ada;
    const { keyboard } = page;
    await page.locator('.chat.unread').first().waitFor();

    await keyboard.press('Control+k');
    await keyboard.type('hello');
    await page.locator('.hit').first().waitFor();
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    const field = page.locator('.composer textarea:focus');
    await field.waitFor();

    await keyboard.type('Hi ');
    await keyboard.press('Shift+Tab');
    await keyboard.press('Shift+Tab');
    await keyboard.press('Enter');
    await page.locator('.emoji input:focus').waitFor();
    await keyboard.type('rocket');
    await page.locator('[data-emoji="🚀"]').waitFor();
    await keyboard.press('Enter');
    await keyboard.press('Escape');
    await keyboard.press('Escape');
    await field.waitFor();
    assert.equal(await field.inputValue(), 'Hi 🚀');
    await keyboard.press('Enter');
    await bubble(page, 'Hi 🚀').locator('[data-tick=delivered]').waitFor();

    await keyboard.press('ArrowUp');
    await page.locator('.composer .quote', { hasText: 'Edit message' }).waitFor();
    await keyboard.press('End');
    await keyboard.type('!');
    await keyboard.press('Enter');
    await bubble(page, 'Hi 🚀!').getByText('edited').waitFor();

    await page.locator('.messages').focus();
    await keyboard.press('ArrowUp');
    await page.locator('.message:focus', { hasText: 'Hi 🚀!' }).waitFor();
    await keyboard.press('ArrowUp');
    await page.locator('.message:focus', { hasText: 'Hello Ada' }).waitFor();
    await inOneBreath(page, '.messages', ['ArrowUp', 'ArrowUp']);
    await page.locator('.message:focus', { hasText: 'Hello Ada' }).waitFor();
    await keyboard.press('Enter');
    const menu = await page.getByRole('menu').boundingBox();
    const own = await bubble(page, 'Hello Ada').locator('.bubble').boundingBox();
    assert.ok(Math.abs(menu.x - own.x) < 60, 'the menu is at the message that it is about');
    await keyboard.press('r');
    // What is pressed right after the choice is meant for the field.
    const chosen = page.locator('[role=menuitem]:focus');
    assert.equal(await chosen.evaluate((item) => (item.click(), document.activeElement.localName)), 'textarea');
    await page.locator('.composer .quote', { hasText: 'Hello Ada' }).waitFor();
    await keyboard.press('Escape');
    await page.locator('.composer .quote').waitFor({ state: 'detached' });
    await keyboard.press('Escape');
    await page.locator('#search:focus').waitFor();
    await keyboard.press('Escape');
    await keyboard.press('ArrowDown');
    await page.locator('[data-chat]:focus').waitFor();

    // In one breath, before anything is drawn: the search is cleared and the list gone into.
    await keyboard.press('Control+k');
    await keyboard.type('zzz');
    await page.locator('.column.first .empty').waitFor();
    await inOneBreath(page, '#search', ['Escape', 'ArrowDown']);
    await page.locator('[data-chat]:focus').waitFor();
    // And what is drawn has it before the next key.
    await keyboard.press('Control+k');
    await page.locator('#search:focus').waitFor();
    await inOneBreath(page, '#search', ['ArrowDown']);
    assert.equal(await page.locator('[data-chat]:focus').count(), 1);
    await keyboard.press('Enter');
    await field.waitFor();
    await keyboard.press('Escape');
    await page.locator('[data-chat]:focus').waitFor();
    assert.deepEqual([...ada.device.errors, ...ben.device.errors], []);
  },
};
