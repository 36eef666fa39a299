import { Apple, Car, Dumbbell, Flag, Hand, Heart, type IconNode, Leaf, Lightbulb, Smile } from 'lucide';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import set from '../emoji/set.json';
import { type Key, language, t } from '../i18n';
import { Dialog } from '../parts/dialog';
import { SearchBox } from '../parts/field';
import { Icon } from '../parts/icon';
import '../styles/emoji.css';

/** All emoji, by group; `~` marks those that come in skin tones. Their words are fetched when one searches. */
const groups: readonly { key: Key; icon: IconNode }[] = [
  { key: 'emoji.faces', icon: Smile },
  { key: 'emoji.people', icon: Hand },
  { key: 'emoji.nature', icon: Leaf },
  { key: 'emoji.food', icon: Apple },
  { key: 'emoji.travel', icon: Car },
  { key: 'emoji.activities', icon: Dumbbell },
  { key: 'emoji.objects', icon: Lightbulb },
  { key: 'emoji.symbols', icon: Heart },
  { key: 'emoji.flags', icon: Flag },
];

const wordsOf: Record<string, () => Promise<{ default: string[][] }>> = {
  en: () => import('../emoji/words.en.json'),
  de: () => import('../emoji/words.de.json'),
  es: () => import('../emoji/words.es.json'),
};

const RECENT = 'kith.emoji';
const RECENT_MOST = 27;
const FOUND_MOST = 120;
const TONES = ['', '🏻', '🏼', '🏽', '🏾', '🏿'] as const;

function recent(): string[] {
  return (localStorage.getItem(RECENT) ?? '').split(' ').filter(Boolean);
}

function remember(emoji: string): void {
  localStorage.setItem(RECENT, [emoji, ...recent().filter((each) => each !== emoji)].slice(0, RECENT_MOST).join(' '));
}

function toned(entry: string, tone: string): string {
  const emoji = entry.endsWith('~') ? entry.slice(0, -1) : entry;
  if (!tone || !entry.endsWith('~')) return emoji;
  const [first = '', ...rest] = [...emoji];
  return first + tone + rest.join('').replace(/^\uFE0F/, '');
}

export function EmojiPicker({ onPick }: { onPick: (emoji: string, byMouse: boolean) => void }) {
  const frame = useRef<HTMLDivElement>(null);
  // Who has keys types what they look for.
  useEffect(() => {
    if (matchMedia('(hover: hover)').matches) frame.current?.querySelector('input')?.focus({ preventScroll: true });
  }, []);

  const [query, setQuery] = useState('');
  const [words, setWords] = useState<string[][] | null>(null);
  const [tone, setTone] = useState(localStorage.getItem('kith.tone') ?? '');
  const before = useMemo(recent, []);
  const box = useRef<HTMLDivElement>(null);
  const wanted = query.trim().toLocaleLowerCase();

  useEffect(() => {
    if (!wanted || words) return;
    const load = wordsOf[language.value] ?? wordsOf['en'];
    load?.().then(
      (loaded) => setWords(loaded.default),
      () => {},
    );
  }, [wanted !== '']);

  const found = useMemo(() => {
    if (!wanted || !words) return null;
    const terms = wanted.split(/\s+/u);
    const named = (all: string) => all.startsWith(wanted);
    return set
      .flatMap((list, group) => list.map((emoji, index) => ({ emoji, all: words[group]?.[index]?.toLocaleLowerCase() ?? '' })))
      .filter(({ all }) => terms.every((term) => all.includes(term)))
      .sort((one, two) => Number(named(two.all)) - Number(named(one.all)))
      .slice(0, FOUND_MOST)
      .map(({ emoji }) => emoji);
  }, [wanted, words]);

  const pick = (event: MouseEvent) => {
    const emoji = (event.target as Element).closest('[data-emoji]')?.getAttribute('data-emoji');
    if (!emoji) return;
    remember(emoji);
    onPick(emoji, event.detail > 0);
  };

  const first = () => box.current?.querySelector<HTMLElement>('[data-emoji]');
  const search = (event: KeyboardEvent) => {
    if (event.isComposing || (event.key !== 'ArrowDown' && !(event.key === 'Enter' && wanted))) return;
    event.preventDefault();
    if (event.key === 'ArrowDown') first()?.focus();
    else first()?.click();
  };

  const move = (event: KeyboardEvent) => {
    const here = (event.target as Element).closest<HTMLElement>('[data-emoji]');
    if (!here) return;
    const all = [...(box.current?.querySelectorAll<HTMLElement>('[data-emoji]') ?? [])];
    const at = all.indexOf(here);
    const columns = Math.max(1, Math.floor((here.parentElement?.clientWidth ?? 1) / here.offsetWidth));
    const turn = document.documentElement.dir === 'rtl' ? -1 : 1;
    const steps: Record<string, number> = { ArrowRight: turn, ArrowLeft: -turn, ArrowDown: columns, ArrowUp: -columns };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    all[Math.max(0, Math.min(all.length - 1, at + step))]?.focus();
  };

  return (
    <div ref={frame} class="emoji" onClick={pick} onKeyDown={move}>
      <div class="emoji-head">
        <SearchBox value={query} label={t('emoji.search')} onInput={setQuery} onKeyDown={search} first />
        <button
          type="button"
          class="round"
          aria-label={t('emoji.tone')}
          title={t('emoji.tone')}
          onClick={(event) => {
            event.stopPropagation();
            const next = TONES[(TONES.indexOf(tone as '') + 1) % TONES.length] ?? '';
            localStorage.setItem('kith.tone', next);
            setTone(next);
          }}
        >
          <span class="glyph">{toned('✋~', tone)}</span>
        </button>
      </div>
      {!wanted && (
        <div class="emoji-tabs">
          {groups.map(({ key, icon }) => (
            <button
              key={key}
              type="button"
              class="round small"
              aria-label={t(key)}
              title={t(key)}
              onClick={() => box.current?.querySelector(`[data-group="${key}"]`)?.scrollIntoView({ block: 'start' })}
            >
              <Icon of={icon} />
            </button>
          ))}
        </div>
      )}
      <div class="scroll" ref={box}>
        {wanted ? (
          <Group list={found ?? []} tone={tone} label={found?.length === 0 ? t('search.nothing') : ''} />
        ) : (
          <>
            {before.length > 0 && <Group list={before} tone="" label={t('emoji.recent')} />}
            {set.map((list, index) => {
              const group = groups[index];
              return group && <Group key={group.key} name={group.key} list={list} tone={tone} label={t(group.key)} />;
            })}
          </>
        )}
      </div>
    </div>
  );
}

function Group({ list, label, tone, name }: { list: readonly string[]; label: string; tone: string; name?: string }) {
  return (
    <section data-group={name} aria-label={label || undefined}>
      {label && <p class="heading">{label}</p>}
      <div class="emoji-grid">
        {list.map((entry, index) => {
          const emoji = toned(entry, tone);
          return (
            <button key={entry} type="button" tabIndex={index ? -1 : 0} data-emoji={emoji}>
              {emoji}
            </button>
          );
        })}
      </div>
    </section>
  );
}

export function EmojiDialog({ title, close, onPick }: { title: string; close: () => void; onPick: (emoji: string) => void }) {
  return (
    <Dialog title={title} close={close} flush class="tall">
      <EmojiPicker onPick={onPick} />
    </Dialog>
  );
}

