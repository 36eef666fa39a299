import { Link, X } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import type { LinkPreview } from '../../chat';
import { firstLink } from '../format/styling';
import { t } from '../i18n';
import { kith } from '../kith';
import { Icon } from '../parts/icon';
import { small } from './small';

/** How long a link stands still before one's server is asked: not for every letter of it. */
const STILL_MILLIS = 700;
const KEPT = 50;

/** What was found in this session, also nothing; and links whose preview the person does not want. */
const found = new Map<string, LinkPreview | null>();
const unwanted = new Set<string>();

/** Words as soon as they are there, then the picture. */
async function look(link: string, put: (preview: LinkPreview | null) => void): Promise<void> {
  const page = await kith.messages.preview(link);
  if (!page) return put(null);
  const { pictured, ...words } = page;
  put(words);
  const picture = pictured ? await kith.messages.picture(link) : undefined;
  const shown = picture && (await small(picture));
  if (shown) put({ ...words, ...shown });
}

/** What the first link of a text leads to, once that is known; sending waits for nothing. */
export function useLinkPreview(text: string, wanted: boolean): { preview: LinkPreview | null; drop: () => void } {
  const link = wanted && kith.abilities.has('previews') && kith.settings.values.value.linkPreviews ? firstLink(text) : null;
  const [, again] = useState(0);
  useEffect(() => {
    if (!link || found.has(link) || unwanted.has(link)) return;
    const timer = setTimeout(() => {
      const put = (preview: LinkPreview | null) => {
        if (found.size >= KEPT) found.delete(found.keys().next().value as string);
        found.set(link, preview);
        again((n) => n + 1);
      };
      void look(link, put).catch(() => {});
    }, STILL_MILLIS);
    return () => clearTimeout(timer);
  }, [link]);
  return {
    preview: link && !unwanted.has(link) ? (found.get(link) ?? null) : null,
    drop: () => {
      if (link) unwanted.add(link);
      again((n) => n + 1);
    },
  };
}

/** The preview that goes along, above the text. */
export function PreviewStrip({ preview, drop }: { preview: LinkPreview; drop: () => void }) {
  return (
    <div class="strip" role="group" aria-label={t('compose.preview')}>
      <Icon of={Link} />
      <div class="quote">
        <span class="grow">
          <bdi class="who cut">{preview.title}</bdi>
          <bdi class="what">{preview.description || new URL(preview.url).hostname}</bdi>
        </span>
        {preview.image && <img src={preview.image} alt="" width={44} height={44} />}
      </div>
      <button type="button" class="round" aria-label={t('compose.noPreview')} onClick={drop}>
        <Icon of={X} />
      </button>
    </div>
  );
}
