import { signal } from '@preact/signals';
import { TriangleAlert } from 'lucide';
import { useEffect } from 'preact/hooks';
import { number, size } from '../ui/i18n/when';
import { Icon } from '../ui/parts/icon';
import { Chart, ROOM } from './chart';
import { type Key, t } from './i18n';
import { between, type Point, type Reading } from './readings';
import { look, session } from './server';

const EVERY_MILLIS = 2_000;
const MINUTES = (ROOM * EVERY_MILLIS) / 60_000;

const points = signal<readonly Point[]>([]);
const newest = signal<Reading | null>(null);
const silent = signal(false);

/** Reads the pulse while the page is looked at; what was read stays when another part is opened. */
export function beat(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  const read = async () => {
    timer = undefined;
    if (document.visibilityState === 'visible') {
      try {
        const now = await look<Reading>('pulse');
        const before = newest.peek();
        if (before && now.millis > before.millis) points.value = [...points.peek().slice(1 - ROOM), between(before, now)];
        newest.value = now;
        silent.value = false;
      } catch {
        silent.value = true;
      }
    }
    if (!over && session.peek().step === 'in') timer = setTimeout(() => void read(), EVERY_MILLIS);
  };
  void read();
  return () => {
    over = true;
    if (timer !== undefined) clearTimeout(timer);
  };
}

const rate = (value: number) => number(value >= 10 ? Math.round(value) : Math.round(value * 10) / 10);
const millis = (value: number) => `${number(value >= 10 ? Math.round(value) : Math.round(value * 100) / 100)}\u00a0ms`;
const whole = (value: number) => number(Math.round(value));

/** Queues, connections, rates and latencies, as they are now and as they were in the last minutes. */
export function PulsePage() {
  useEffect(beat, []);
  const reading = newest.value;
  const all = points.value;
  const of = (name: keyof Point) => all.map((point) => point[name]);
  const troubles = Object.entries(reading?.troubles ?? {});
  return (
    <>
      <div role="status" class="state">
        {silent.value ? (
          <p class="wrong">
            <Icon of={TriangleAlert} /> {t('failure.offline')}
          </p>
        ) : troubles.length ? (
          troubles.map(([part, what]) => (
            <p class="wrong" key={part}>
              <Icon of={TriangleAlert} /> {t('pulse.trouble', { part, what: String(what).slice(0, 500) })}
            </p>
          ))
        ) : (
          reading && <p class="well">{t('pulse.well')}</p>
        )}
      </div>
      <div class="charts" aria-busy={!reading}>
        <Chart minutes={MINUTES} title={t('pulse.messages')} show={rate} lines={[{ name: t('pulse.kept'), hue: 0, values: of('kept') }, { name: t('pulse.delivered'), hue: 5, values: of('delivered') }]} />
        <Chart
          minutes={MINUTES}
          title={t('pulse.commits')}
          show={millis}
          lines={[
            { name: t('pulse.median'), hue: 0, values: of('medianMillis') },
            { name: t('pulse.slowest'), hue: 5, values: of('slowestMillis') },
            { name: t('pulse.disk'), hue: 3, values: of('diskMillis') },
          ]}
        />
        <Chart minutes={MINUTES} title={t('pulse.waiting')} show={whole} lines={[{ name: t('pulse.events'), hue: 0, values: of('partitions') }, { name: t('pulse.store'), hue: 5, values: of('store') }]} />
        <Chart minutes={MINUTES} title={t('pulse.connections')} show={whole} lines={[{ name: t('pulse.open'), hue: 4, values: of('connections') }]} />
        <Chart
          minutes={MINUTES}
          title={t('pulse.stanzas')}
          show={rate}
          lines={[
            { name: t('pulse.iqs'), hue: 6, values: of('iqs') },
            { name: t('pulse.presences'), hue: 1, values: of('presences') },
            { name: t('pulse.signIns'), hue: 3, values: of('signIns') },
          ]}
        />
        <Chart minutes={MINUTES} title={t('pulse.memory')} show={size} lines={[{ name: t('pulse.used'), hue: 7, values: of('heapBytes') }]} />
      </div>
      {reading && <Queues reading={reading} />}
    </>
  );
}

function Queues({ reading }: { reading: Reading }) {
  return (
    <section aria-labelledby="queues">
      <h2 id="queues">{t('pulse.queues')}</h2>
      <div class="wide" tabIndex={0} role="group" aria-labelledby="queues">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('pulse.queue')}</th>
              <th scope="col" class="number">
                {t('pulse.length')}
              </th>
              <th scope="col" class="number">
                {t('pulse.limit')}
              </th>
              <th scope="col" class="number">
                {t('pulse.alerts')}
              </th>
              <th scope="col">{t('pulse.longest')}</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(reading.queues).map(([kind, queue]) => (
              <tr key={kind} class={queue.waiting > queue.limit ? 'lags' : ''}>
                <th scope="row">{kind in names ? t(names[kind] as Key) : kind}</th>
                <td class="number">{whole(queue.waiting)}</td>
                <td class="number">{whole(queue.limit)}</td>
                <td class="number">{whole(queue.alerts)}</td>
                <td>
                  {queue.longest.slice(0, 3).map(({ name, waiting }) => (
                    <span class="one" key={name}>
                      <bdi dir="ltr">{name.slice(0, 60)}</bdi> {whole(waiting)}
                    </span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const names: Record<string, Key> = {
  partition: 'queue.partition',
  account: 'queue.account',
  store: 'queue.store',
  connection: 'queue.connection',
  loop: 'queue.loop',
};
