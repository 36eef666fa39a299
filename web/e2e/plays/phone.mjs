import assert from 'node:assert/strict';
import { bubble, person, write } from '../people.mjs';
import { Server, until } from '../stage.mjs';

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

const RESTS_MILLIS = 200;

/** A finger on the screen, as the browser feels it. */
async function finger(page) {
  const feels = await page.context().newCDPSession(page);
  const touch = (type, touchPoints) => feels.send('Input.dispatchTouchEvent', { type, touchPoints });
  return {
    down: (x, y) => touch('touchStart', [{ x, y }]),
    move: (x, y) => touch('touchMove', [{ x, y }]),
    // It rests before it is lifted: else it throws the page, and the browser takes the next tap for the hand that stops it.
    up: async () => {
      await page.waitForTimeout(RESTS_MILLIS);
      await touch('touchEnd', []);
    },
  };
}

/** Where its middle is, once it stands still: in two looks, between which the page was drawn. */
async function middle(locator) {
  let before;
  return until('it stands still', async () => {
    await locator.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const { x, y, width, height } = (await locator.boundingBox()) ?? {};
    const still = x !== undefined && before?.x === x && before.y === y;
    before = { x, y };
    return still && [x + width / 2, y + height / 2];
  });
}

/** Ada at her desk, and Ben with a phone, whom she has written. */
async function two(browser, after, from) {
  const server = await Server.start();
  after(() => server.stop());
  const ada = await person(browser, server, after, `${from}1`, 'Ada');
  const ben = await person(browser, server, after, `${from}2`, 'Ben', PHONE);
  await ada.device.send(ben.address, 'Hello Ben');
  await ada.page.locator('[data-chat]').first().click();
  await bubble(ada.page, 'Hello Ben').locator('[data-tick=delivered]').waitFor();
  return { server, ada, ben };
}

export const plays = {
  async a_long_press_opens_a_menu_that_stays_when_the_finger_is_lifted(browser, after) {
    const { ada, ben } = await two(browser, after, '170123461');
    await ben.page.locator('[data-chat]').first().tap();
    const hand = await finger(ben.page);
    await hand.down(...(await middle(bubble(ben.page, 'Hello Ben').locator('.bubble'))));
    await ben.page.getByRole('menuitem', { name: 'Reply' }).waitFor();
    await hand.up();
    await ben.page.getByRole('menuitem', { name: 'Reply' }).tap();
    await ben.page.locator('.composer .quote').waitFor();
    assert.equal(await ben.page.getByRole('menu').count(), 0);
    await ben.page.locator('.composer textarea').fill('Hello yourself');
    await ben.page.getByRole('button', { name: 'Send' }).tap();
    await bubble(ada.page, 'Hello yourself').locator('.quote').waitFor();

    await ben.page.getByRole('button', { name: 'More', exact: true }).tap();
    await ben.page.getByRole('menu').waitFor();
    await ben.page.touchscreen.tap(180, 700);
    await ben.page.getByRole('menu').waitFor({ state: 'detached' });
    assert.deepEqual([...ada.device.errors, ...ben.device.errors], []);
  },

  async a_message_that_is_swiped_is_answered_and_one_that_is_scrolled_is_not(browser, after) {
    const { ada, ben } = await two(browser, after, '170123464');
    await ben.page.locator('[data-chat]').first().tap();
    await ben.page.locator('.unread-line').waitFor();
    const hand = await finger(ben.page);
    const [x, y] = await middle(bubble(ben.page, 'Hello Ben').locator('.bubble'));
    const menu = ben.page.getByRole('menu');
    // A hand that is held up on its way, as by a slow machine, has pressed long: its menu goes, and it sweeps again.
    const sweeps = (dx, dy, arrived = async () => {}) => until('a swift sweep', async () => {
      await hand.down(x, y);
      for (let i = 1; i <= 10; i++) await hand.move(x + (dx * i) / 10, y + (dy * i) / 10);
      await arrived();
      const pressed = (await menu.count()) > 0;
      if (pressed) await hand.move(x, y);
      await hand.up();
      if (!pressed) return true;
      await ben.page.keyboard.press('Escape');
      return menu.waitFor({ state: 'detached' });
    });
    for (const [dx, dy] of [[30, 0], [0, 90], [60, 80], [-90, 0]]) {
      await sweeps(dx, dy);
      assert.equal(await ben.page.locator('.composer .quote').count(), 0, `${dx} ${dy}`);
    }
    await sweeps(90, 4, () => ben.page.locator('.message[data-swipe=far]').or(menu).first().waitFor());
    await ben.page.locator('.composer .quote', { hasText: 'Hello Ben' }).waitFor();
    assert.equal(await ben.page.locator('[data-swipe]').count(), 0);
    assert.equal(await menu.count(), 0);
    await ben.page.locator('.composer textarea').fill('Swiped');
    await ben.page.getByRole('button', { name: 'Send' }).tap();
    await bubble(ada.page, 'Swiped').locator('.quote').waitFor();
    // Who has answered has read.
    await ben.page.locator('.unread-line').waitFor({ state: 'detached' });
    assert.deepEqual([...ada.device.errors, ...ben.device.errors], []);
  },

  async what_is_closed_is_not_opened_again_by_the_back_button(browser, after) {
    const { ben } = await two(browser, after, '170123462');
    const { page } = ben;
    const listed = page.getByRole('heading', { name: 'Chats', level: 1 });
    await page.locator('[data-chat]').first().tap();
    await page.locator('.whom').tap();
    await page.getByRole('heading', { name: 'Contact', level: 1 }).waitFor();
    await page.goBack();
    await page.locator('.composer').waitFor();
    await page.getByRole('button', { name: 'Back' }).tap();
    await listed.waitFor();
    // The list shows at once; the browser has gone back a little later.
    await page.waitForFunction(() => (history.state?.trail?.length ?? 0) === 0);
    await page.locator('.rail').getByRole('button', { name: 'Settings' }).tap();
    await page.getByRole('button', { name: 'Privacy' }).tap();
    await page.goBack();
    await page.goBack();
    await listed.waitFor();
    assert.equal(await page.evaluate(() => history.state?.trail?.length ?? 0), 0, 'nothing lies behind the first page');
    assert.deepEqual(ben.device.errors, []);
  },

  async a_message_is_announced_only_where_the_list_of_chats_does_not_show_it(browser, after) {
    const { server, ada, ben } = await two(browser, after, '170123463');
    const cleo = await person(browser, server, after, '1701234633', 'Cleo');
    const { page } = ben;
    // It goes after some seconds, before a slow machine has looked at it.
    await page.evaluate(() => {
      const real = setTimeout;
      globalThis.setTimeout = (work, millis, ...more) => real(work, millis === 9000 ? 600_000 : millis, ...more);
    });
    await page.locator('.chat.unread').first().waitFor();
    assert.equal(await page.locator('.toast').count(), 0);
    await page.locator('[data-chat]').first().tap();
    await page.locator('.composer').waitFor();
    for (const text of ['One', 'Two', 'Three']) await cleo.device.send(ben.address, text);
    const toast = page.locator('.toast', { hasText: 'Three' });
    await toast.waitFor();
    assert.equal(await page.locator('.toast').count(), 1, 'the last one of a chat is enough');
    await toast.evaluate((box) => Promise.all(box.getAnimations().map((each) => each.finished)));
    const [said, field] = [await page.locator('.toast').boundingBox(), await page.locator('.composer').boundingBox()];
    assert.ok(said.y + said.height <= field.y, 'it does not lie on what one writes');
    await toast.getByRole('button', { name: 'Open' }).tap();
    await bubble(page, 'Three').waitFor();
    assert.equal(await page.locator('.toast').count(), 0);
    await write(ada.page, 'And I?');
    await page.locator('.toast', { hasText: 'And I?' }).waitFor();
    await page.getByRole('button', { name: 'Back' }).tap();
    await page.locator('.toast').waitFor({ state: 'detached' });
    assert.deepEqual([...ada.device.errors, ...ben.device.errors, ...cleo.device.errors], []);
  },
};
