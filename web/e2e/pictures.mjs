// Pictures of screens: when a page stands still, and whether it looks about as it did. What is known of each lies small in looks/.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PATIENCE } from './stage.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Where the large ones are left. */
export const results = join(root, 'test-results');
const known = join(root, 'e2e', 'looks');
mkdirSync(known, { recursive: true });
const accept = process.argv.includes('--accept');
const shown = process.argv.includes('--shares');
/** Of each picture's cells, this share may differ by more than this (of 255) in one of the colours. */
const STRANGE_CELLS = 0.06;
const STRANGE_SHADE = 48;

/** What is on the page, as far as it can be asked: the same as before, and nothing of it on its way, and it stands still. */
const state = (page) => page.evaluate(() => {
  const coming = document.readyState !== 'complete' || document.fonts.status !== 'loaded' || document.body.innerText.trim() === '' || document.querySelector('.waits') !== null
    || [...document.images].some((image) => image.loading !== 'lazy' && !image.complete) || document.getAnimations().some((each) => each.playState === 'running' && each.effect?.getTiming().iterations !== Infinity);
  return { coming, page: document.documentElement.outerHTML, places: [...document.querySelectorAll('.scroll')].map((each) => `${each.scrollTop} ${each.scrollHeight}`).join() };
});

const STILL_MILLIS = 150;
/** How long all that looks otherwise is waited for. */
let spareMillis = 5 * PATIENCE;

/** Waits until it stands still, on however slow a machine; what never does, a clock say, is taken as it is. */
export async function still(page) {
  let before;
  for (const end = Date.now() + PATIENCE; Date.now() < end;) {
    const now = await state(page);
    if (!now.coming && before?.page === now.page && before.places === now.places) return;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, STILL_MILLIS));
  }
}

/** Makes small pictures of large ones, and compares them, in a page of its own. */
export async function darkroom(browser) {
  const page = await browser.newPage();
  return {
    shrink: (png) => page.evaluate(async (data) => {
      const image = await createImageBitmap(await (await fetch(data)).blob());
      const width = image.width > image.height ? 120 : 68;
      const height = Math.round((image.height * width) / image.width);
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d');
      context.imageSmoothingQuality = 'high';
      context.drawImage(image, 0, 0, width, height);
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/webp', quality: 0.85 })).arrayBuffer());
      return btoa(String.fromCharCode(...bytes));
    }, `data:image/png;base64,${png.toString('base64')}`).then((text) => Buffer.from(text, 'base64')),
    /** The share of cells that differ, each the mean of four by four points. */
    difference: (one, other) => page.evaluate(async ({ all, shade }) => {
      const cells = async (data) => {
        const image = await createImageBitmap(await (await fetch(data)).blob());
        const canvas = new OffscreenCanvas(Math.ceil(image.width / 4), Math.ceil(image.height / 4));
        const context = canvas.getContext('2d');
        context.imageSmoothingQuality = 'high';
        context.drawImage(image, 0, 0, canvas.width, canvas.height);
        return context.getImageData(0, 0, canvas.width, canvas.height);
      };
      const [a, b] = [await cells(all[0]), await cells(all[1])];
      if (a.width !== b.width || a.height !== b.height) return 1;
      let strange = 0;
      for (let i = 0; i < a.data.length; i += 4) {
        if ([0, 1, 2].some((k) => Math.abs(a.data[i + k] - b.data[i + k]) > shade)) strange++;
      }
      return (strange * 4) / a.data.length;
    }, { all: [one, other].map((picture) => `data:image/webp;base64,${picture.toString('base64')}`), shade: STRANGE_SHADE }),
  };
}

/** The fonts that the pictures were taken with (Debian's fonts-inter, fonts-noto-core, fonts-noto-color-emoji). */
const FONTS = ['Inter', 'Noto Sans Arabic', 'Noto Color Emoji'];
export const missing = FONTS.filter((font) => !spawnSync('fc-match', ['-f', '%{family}', font], { encoding: 'utf8' }).stdout?.includes(font));

/** Takes the picture until it is as it should be: what is not drawn yet will be. Longer than the first time only where something is wrong. */
export async function compare(name, page, room, problems) {
  const path = join(known, `${name}.webp`);
  const take = async () => room.shrink(await page.screenshot({ path: join(results, `${name}.png`) }));
  let small = await take();
  if (missing.length > 0) return;
  if (accept) return writeFileSync(path, small);
  if (!existsSync(path)) return void problems.push(`${name}: nobody has said yet that it looks right (--accept)`);
  const before = readFileSync(path);
  let share = await room.difference(before, small);
  const began = Date.now();
  while (share > STRANGE_CELLS && Date.now() - began < Math.min(PATIENCE, spareMillis)) {
    await still(page);
    small = await take();
    share = await room.difference(before, small);
  }
  spareMillis -= Date.now() - began;
  if (shown) console.log(`${name}: ${(share * 100).toFixed(1)} %`);
  if (share > STRANGE_CELLS) problems.push(`${name}: ${(share * 100).toFixed(0)} % of it looks otherwise than in e2e/looks (--accept if that is right)`);
}
