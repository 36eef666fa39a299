import type { OutgoingFile } from '../../chat';

/** What a file is for the conversation: its kind, its pixels, its length and a tiny preview that travels in the message. */
export interface Prepared extends OutgoingFile {
  /** Shown while one looks at what will be sent. */
  readonly url: string;
}

const THUMB_PIXELS = 48;
const THUMB_BYTES = 8000;
const LONGEST_EDGE = 2048;
const QUALITY = 0.84;
const SECONDS_TO_WAIT = 5;

export async function prepare(file: File): Promise<Prepared> {
  const url = URL.createObjectURL(file);
  const plain: Prepared = { file, name: nameOf(file), kind: file.type.startsWith('audio/') ? 'audio' : 'file', url };
  try {
    if (/^image\/(jpeg|png|webp|gif|avif|bmp)$/.test(file.type)) return { ...plain, ...(await picture(file)) };
    if (file.type.startsWith('video/')) return { ...plain, ...(await film(url)) };
    if (file.type.startsWith('audio/')) return { ...plain, ...(await sound(url)) };
  } catch {
    // A picture or film that the browser cannot read is still a file.
  }
  return plain;
}

function nameOf(file: File): string {
  return (file.name || 'file').slice(-180);
}

/** Photos are made smaller, which also leaves out where and when they were taken; drawings and animations stay as they are. */
async function picture(file: File): Promise<Partial<OutgoingFile> & { kind: 'image' }> {
  const bitmap = await createImageBitmap(file);
  const thumbnail = draw(bitmap, bitmap.width, bitmap.height);
  const scale = Math.min(1, LONGEST_EDGE / Math.max(bitmap.width, bitmap.height));
  const width = Math.round(bitmap.width * scale);
  const height = Math.round(bitmap.height * scale);
  const known = { kind: 'image' as const, width, height, ...(thumbnail && { thumbnail }) };
  if (file.type === 'image/gif' || (file.type === 'image/png' && scale === 1)) {
    bitmap.close();
    return known;
  }
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const type = file.type === 'image/png' ? 'image/png' : 'image/jpeg';
  const smaller = await canvas.convertToBlob({ type, quality: QUALITY });
  return { ...known, file: smaller, name: type === 'image/png' ? nameOf(file) : nameOf(file).replace(/\.\w{1,5}$/, '') + '.jpg' };
}

async function film(url: string): Promise<Partial<OutgoingFile> & { kind: 'video' }> {
  const video = document.createElement('video');
  video.muted = true;
  video.preload = 'auto';
  video.src = url;
  await heard(video, 'loadeddata');
  video.currentTime = Math.min(0.5, video.duration / 2 || 0);
  await heard(video, 'seeked');
  const { videoWidth: width, videoHeight: height } = video;
  const thumbnail = draw(video, width, height);
  const durationMillis = Number.isFinite(video.duration) ? Math.round(video.duration * 1000) : undefined;
  return { kind: 'video', width, height, ...(durationMillis !== undefined && { durationMillis }), ...(thumbnail && { thumbnail }) };
}

async function sound(url: string): Promise<Partial<OutgoingFile> & { kind: 'audio' }> {
  const audio = new Audio(url);
  await heard(audio, 'loadedmetadata');
  return { kind: 'audio', ...(Number.isFinite(audio.duration) && { durationMillis: Math.round(audio.duration * 1000) }) };
}

function heard(media: HTMLMediaElement, event: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    media.addEventListener(event, resolve, { once: true });
    media.addEventListener('error', reject, { once: true });
    setTimeout(reject, SECONDS_TO_WAIT * 1000);
  });
}

function draw(source: CanvasImageSource, width: number, height: number): string | undefined {
  if (!width || !height) return undefined;
  const canvas = document.createElement('canvas');
  const scale = THUMB_PIXELS / Math.max(width, height);
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext('2d')?.drawImage(source, 0, 0, canvas.width, canvas.height);
  const made = canvas.toDataURL('image/jpeg', 0.6);
  return made.length <= THUMB_BYTES ? made : undefined;
}
