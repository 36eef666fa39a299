import { CircleDashed, Image, Pencil } from 'lucide';
import type { Person, Status } from '../../chat';
import { t } from '../i18n';
import { stamp } from '../i18n/when';
import { kith } from '../kith';
import { Avatar } from '../parts/avatar';
import { show } from '../parts/dialog';
import { Icon } from '../parts/icon';
import { openMenu } from '../parts/menu';
import { run } from '../parts/toast';
import { prepare } from '../compose/prepare';
import { StatusForm } from './form';
import { StatusViewer } from './viewer';
import '../styles/status.css';

interface Author {
  readonly from: Person;
  readonly statuses: readonly Status[];
  readonly unseen: number;
}

/** What one's contacts share for a day: one's own first, then what is new, then what was seen. */
export function StatusList() {
  const all = kith.statuses.list.value;
  const me = kith.account.me.value;
  const mine = all.find((each) => each.from.address === me.address);
  const others = all.filter((each) => each !== mine && each.statuses.length > 0);
  const fresh = others.filter((each) => each.unseen > 0);
  const seen = others.filter((each) => each.unseen === 0);
  const add = (at: HTMLElement) =>
    openMenu(at, t('status.add'), [
      { label: t('status.text'), icon: Pencil, run: () => void show((close) => <StatusForm close={close} />) },
      { label: t('status.media'), icon: Image, run: choosePicture },
    ]);
  return (
    <>
      <header class="bar">
        <h1 class="grow">{t('status.title')}</h1>
        <button type="button" class="round" aria-label={t('status.add')} title={t('status.add')} aria-haspopup="menu" onClick={(event) => add(event.currentTarget)}>
          <Icon of={CircleDashed} />
        </button>
      </header>
      <div class="scroll">
        {mine?.statuses.length ? (
          <Row author={{ ...mine, from: { ...me, name: t('status.mine') } }} all={[mine]} />
        ) : (
          <button type="button" class="row" onClick={(event) => add(event.currentTarget)}>
            <span class="ring">
              <Avatar of={me.address} name={me.name} photo={me.photo} />
            </span>
            <span class="grow">
              <span class="title">{t('status.mine')}</span>
              <span class="under">{t('status.addText')}</span>
            </span>
          </button>
        )}
        {fresh.length > 0 && <h2 class="heading">{t('status.fresh')}</h2>}
        {fresh.map((author) => (
          <Row key={author.from.address} author={author} all={fresh} />
        ))}
        {seen.length > 0 && <h2 class="heading">{t('status.seen')}</h2>}
        {seen.map((author) => (
          <Row key={author.from.address} author={author} all={seen} />
        ))}
        {!others.length && (
          <div class="empty">
            <Icon of={CircleDashed} />
            <h2>{t('status.none')}</h2>
            <p>{t('status.noneText')}</p>
          </div>
        )}
      </div>
    </>
  );
}

function Row({ author, all }: { author: Author; all: readonly Author[] }) {
  const { from, statuses, unseen } = author;
  const open = () => {
    show((close) => <StatusViewer authors={all} start={all.findIndex((each) => each.from.address === from.address)} close={close} />);
  };
  return (
    <button type="button" class="row" onClick={open}>
      <Ring count={statuses.length} unseen={unseen}>
        <Avatar of={from.address} name={from.name} photo={from.photo} />
      </Ring>
      <span class="grow">
        <bdi class="title cut">{from.name}</bdi>
        <span class="under">
          {stamp(statuses.at(-1)?.time ?? 0)}
          {unseen > 0 && <span class="unseen">, {t('status.unseen', { n: unseen })}</span>}
        </span>
      </span>
    </button>
  );
}

const MOST_PARTS = 24;

/** A ring with one piece per status; what was not seen yet has the accent's colour. */
function Ring({ count, unseen, children }: { count: number; unseen: number; children: preact.ComponentChildren }) {
  const parts = Math.min(count, MOST_PARTS);
  const around = 2 * Math.PI * 27;
  const gap = parts > 1 ? Math.min(5, around / parts / 3) : 0;
  const length = around / parts - gap;
  return (
    <span class="ring">
      <svg viewBox="0 0 58 58" aria-hidden="true">
        {Array.from({ length: parts }, (_, index) => (
          <circle
            key={index}
            cx="29"
            cy="29"
            r="27"
            class={index >= parts - unseen ? 'fresh' : ''}
            stroke-dasharray={`${length} ${around - length}`}
            stroke-dashoffset={`${-(index * (length + gap))}`}
          />
        ))}
      </svg>
      {children}
    </span>
  );
}

function choosePicture(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = 'image/*,video/*';
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (!file) return;
    run(
      prepare(file).then(({ url, ...outgoing }) => {
        URL.revokeObjectURL(url);
        return kith.statuses.postFile(outgoing);
      }),
    );
  });
  input.click();
}
