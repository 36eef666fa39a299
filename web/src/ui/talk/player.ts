import { signal } from '@preact/signals';

/** The one voice note or sound that plays: starting another stops it. It goes on while one scrolls or changes chats. */
export const playing = signal<string | null>(null);
export const paused = signal(true);
export const seconds = signal(0);
export const speed = signal(1);

const SPEEDS = [1, 1.5, 2] as const;
let audio: HTMLAudioElement | null = null;
let frame = 0;

function element(): HTMLAudioElement {
  if (audio) return audio;
  audio = new Audio();
  audio.addEventListener('pause', () => {
    paused.value = true;
  });
  audio.addEventListener('play', () => {
    paused.value = false;
    follow();
  });
  audio.addEventListener('ended', () => {
    playing.value = null;
    seconds.value = 0;
  });
  return audio;
}

function follow(): void {
  cancelAnimationFrame(frame);
  if (!audio || audio.paused) return;
  seconds.value = audio.currentTime;
  frame = requestAnimationFrame(follow);
}

export async function toggle(id: string, url: () => Promise<string>, from = 0): Promise<void> {
  const it = element();
  if (playing.value === id) {
    if (it.paused) await it.play();
    else it.pause();
    return;
  }
  it.src = await url();
  it.currentTime = from;
  it.playbackRate = speed.value;
  playing.value = id;
  seconds.value = from;
  await it.play();
}

export function seek(to: number): void {
  const it = element();
  it.currentTime = to;
  seconds.value = to;
}

export function faster(): void {
  speed.value = SPEEDS[(SPEEDS.indexOf(speed.value as 1) + 1) % SPEEDS.length] ?? 1;
  if (audio) audio.playbackRate = speed.value;
}
