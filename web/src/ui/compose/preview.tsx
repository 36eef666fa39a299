import { Link, X } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import type { LinkPreview } from '../../chat';
import { firstLink } from '../format/styling';
import { t } from '../i18n';
import { kith } from '../kith';
import { Icon } from '../parts/icon';

/** How long a link stands still before one's server is asked: not for every letter of it. */
const STILL_MILLIS = 700;
const KEPT = 50;

/** What was found in this session, also nothing; and links whose preview the person does not want. */
const found = new Map<string, LinkPreview | null>();
const unwanted = new Set<string>();

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
      kith.messages.preview(link).then((preview) => put(preview ?? null), () => {});
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
        <bdi class="who cut">{preview.title}</bdi>
        <bdi class="what">{preview.description || new URL(preview.url).hostname}</bdi>
      </div>
      <button type="button" class="round" aria-label={t('compose.noPreview')} onClick={drop}>
        <Icon of={X} />
      </button>
    </div>
  );
}
