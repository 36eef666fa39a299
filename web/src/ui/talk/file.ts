import { useEffect, useState } from 'preact/hooks';
import type { FileContent, Message } from '../../chat';
import { kith } from '../kith';
import { sayFailure } from '../parts/toast';

/**
 * `blob:` URLs of messages' files, shared by everything that shows one; the last that lets go frees it a little later, so
 * that scrolling to and fro does not read the file again.
 */
interface Held {
  url: Promise<string>;
  users: number;
  timer?: ReturnType<typeof setTimeout>;
}

const held = new Map<string, Held>();
const FREED_AFTER_MILLIS = 30_000;

function hold(id: string): Held {
  let found = held.get(id);
  if (!found) {
    found = { url: kith.files.open(id).then((blob) => URL.createObjectURL(blob)), users: 0 };
    found.url.catch(() => held.delete(id));
    held.set(id, found);
  }
  clearTimeout(found.timer);
  found.users++;
  return found;
}

function letGo(id: string): void {
  const found = held.get(id);
  if (!found || --found.users > 0) return;
  found.timer = setTimeout(() => {
    held.delete(id);
    found.url.then(URL.revokeObjectURL, () => {});
  }, FREED_AFTER_MILLIS);
}

/** The file's URL once it is here; asks for it only if `wanted`. */
export function useFile(message: Message, wanted: boolean): string | null {
  const [url, setUrl] = useState<string | null>(null);
  const id = message.id;
  useEffect(() => {
    if (!wanted) return;
    let here = true;
    hold(id).url.then(
      (it) => here && setUrl(it),
      () => {},
    );
    return () => {
      here = false;
      letGo(id);
    };
  }, [id, wanted]);
  return url;
}

/** Whether the file may be fetched without being asked for. */
export function fetchedByItself(content: FileContent, mine: boolean): boolean {
  if (content.local || mine) return true;
  const how = kith.settings.values.value.autoDownload;
  if (how === 'always') return content.size < 32_000_000;
  return how === 'photos' && (content.kind === 'image' || content.kind === 'voice') && content.size < 16_000_000;
}

/** Hands the file to the person: the browser's own "save" does the rest. */
export async function save(message: Message, name: string): Promise<void> {
  try {
    const url = URL.createObjectURL(await kith.files.open(message.id));
    const link = document.createElement('a');
    link.href = url;
    link.download = name.replace(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069/\\]/gu, '_').slice(-150);
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  } catch (error) {
    sayFailure(error);
  }
}
