// Status (docs/protocol/status.md, XEP-0501): stories as values, from and to Atom entries at their author's node; and who has seen them.

import type { Client, IqError } from './client';
import { bare } from './jid';
import { fileName, isSmallImage, isWebUrl, kindOf, nameIn, positive, timeOf } from './message';
import { NS } from './ns';
import { el, type Element } from './xml';

export interface StoryFile {
  readonly kind: 'image' | 'video';
  readonly url: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly width?: number;
  readonly height?: number;
  readonly durationMillis?: number;
  readonly thumbnail?: string;
}

export interface Story {
  readonly id: string;
  /** As its author says. */
  readonly time: number | undefined;
  /** All of it, or what is under the picture. */
  readonly text: string;
  /** What the text stands on, by a name of the app. */
  readonly ground?: string;
  readonly file?: StoryFile;
}

export interface Viewer {
  readonly who: string;
  readonly time: number;
}

/** What an event of a node of stories says. `all`: every one is gone. */
export interface StoriesEvent {
  readonly stories: readonly Story[];
  readonly retracted: readonly string[];
  readonly all?: true;
}

const MOST_TEXT = 2000;
const MOST_ID = 200;
const MOST_STORIES = 100;

export function writeStory(story: Story): Element {
  const stamp = new Date(story.time ?? Date.now()).toISOString();
  const { file } = story;
  return el('entry', NS.atom, {},
    el('title', NS.atom, {}, story.text), el('id', NS.atom, {}, story.id), el('published', NS.atom, {}, stamp), el('updated', NS.atom, {}, stamp),
    file && el('link', NS.atom, { rel: 'enclosure', href: file.url, type: file.type, length: file.size, title: file.name }),
    (file || story.ground !== undefined) && el('look', NS.status, { ground: story.ground, width: file?.width, height: file?.height, duration: file?.durationMillis }),
    file?.thumbnail !== undefined && el('thumbnail', NS.thumbs, { uri: file.thumbnail }));
}

/** Nothing, if there is nothing in it that can be shown. */
export function readStory(item: Element): Story | undefined {
  const entry = item.child('entry', NS.atom);
  const id = item.attr('id') ?? '';
  if (!entry || id === '' || id.length > MOST_ID) return undefined;
  const text = (entry.childText('title') ?? entry.childText('summary') ?? entry.childText('content') ?? '').trim().slice(0, MOST_TEXT);
  const look = entry.child('look', NS.status);
  const ground = look?.attr('ground')?.slice(0, 32);
  const file = readFile(entry, look);
  if (text === '' && !file) return undefined;
  return { id, time: timeOf(entry.childText('published')), text, ...(ground !== undefined && { ground }), ...(file && { file }) };
}

function readFile(entry: Element, look: Element | undefined): StoryFile | undefined {
  const link = entry.all('link').find((each) => each.attr('rel') === 'enclosure');
  const [url, type] = [link?.attr('href'), (link?.attr('type') ?? '').slice(0, 100)];
  const kind = kindOf(type);
  if (url === undefined || !isWebUrl(url) || (kind !== 'image' && kind !== 'video')) return undefined;
  const [width, height, durationMillis] = [positive(look?.attr('width')), positive(look?.attr('height')), positive(look?.attr('duration'))];
  const thumbnail = entry.child('thumbnail', NS.thumbs)?.attr('uri');
  return {
    kind, url, type, name: fileName(link!.attr('title') ?? nameIn(url)), size: positive(link!.attr('length')) ?? 0,
    ...(width !== undefined && { width }), ...(height !== undefined && { height }), ...(durationMillis !== undefined && { durationMillis }),
    ...(thumbnail !== undefined && isSmallImage(thumbnail) && { thumbnail }),
  };
}

export function readStories(items: Element | undefined): Story[] {
  return items?.all('item').slice(-MOST_STORIES).flatMap((item) => readStory(item) ?? []) ?? [];
}

/** What an event (XEP-0060 §7.1) says, if it is of such a node. */
export function readStoriesEvent(event: Element): StoriesEvent | undefined {
  const what = event.elements().find((child) => child.attr('node') === NS.stories);
  if (!what) return undefined;
  if (what.name === 'purge' || what.name === 'delete') return { stories: [], retracted: [], all: true };
  if (what.name !== 'items') return { stories: [], retracted: [] };
  return { stories: readStories(what), retracted: what.all('retract').flatMap((each) => each.attr('id') ?? []) };
}

/** `<viewers/>`, as an answer or as told later. */
export function readViewers(viewers: Element): { id: string; viewers: Viewer[] } {
  return {
    id: viewers.attr('id') ?? '',
    viewers: viewers.all('viewer').flatMap((each) => {
      const [jid, time] = [each.attr('jid'), timeOf(each.attr('stamp'))];
      return jid === undefined || time === undefined ? [] : [{ who: bare(jid), time }];
    }),
  };
}

/** What one asks about stories. Every call fails with an IqError. */
export class Stories {
  constructor(private readonly client: Pick<Client, 'iq'>) {}

  /** Somebody's, or one's own; none if they are not for us to see. */
  async of(address: string | undefined): Promise<Story[]> {
    const answer = await this.client.iq('get', address, el('pubsub', NS.pubsub, {}, el('items', NS.pubsub, { node: NS.stories }))).catch((fault: IqError) => {
      if (fault.condition === 'item-not-found' || fault.condition === 'forbidden' || fault.condition === 'not-authorized') return undefined;
      throw fault;
    });
    return readStories(answer?.child('pubsub', NS.pubsub)?.child('items'));
  }

  /** Sent again under the same id, it is the same one. */
  async publish(story: Story): Promise<void> {
    await this.client.iq('set', undefined, el('pubsub', NS.pubsub, {},
      el('publish', NS.pubsub, { node: NS.stories }, el('item', NS.pubsub, { id: story.id }, writeStory(story)))));
  }

  async retract(id: string): Promise<void> {
    await this.client.iq('set', undefined, el('pubsub', NS.pubsub, {}, el('retract', NS.pubsub, { node: NS.stories, notify: '1' }, el('item', NS.pubsub, { id }))));
  }

  async seen(author: string, id: string): Promise<void> {
    await this.client.iq('set', author, el('seen', NS.status, { id }));
  }

  /** Of one's own; asked once, this device is told of more. */
  async viewers(id: string): Promise<Viewer[]> {
    const list = (await this.client.iq('get', undefined, el('viewers', NS.status, { id }))).child('viewers', NS.status);
    return list ? readViewers(list).viewers : [];
  }
}
