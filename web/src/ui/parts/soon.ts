let wishes = 0;

/**
 * Puts the focus on what is there, at once, or on what is just being drawn: a list needs some frames for the rows that
 * it scrolls to, or for all of them when it comes back. Only the last wish counts, and only while nobody has gone
 * elsewhere.
 */
export function focusSoon(find: () => HTMLElement | null | undefined, frames = 4): void {
  const wish = ++wishes;
  const from = document.activeElement;
  const look = (left: number) => {
    const now = document.activeElement;
    if (wish !== wishes || (now !== from && now !== document.body)) return;
    const found = find();
    found?.focus({ preventScroll: true });
    // What has not been measured yet is hidden, and takes no focus.
    if ((!found || document.activeElement !== found) && left) requestAnimationFrame(() => look(left - 1));
  };
  look(frames);
}
