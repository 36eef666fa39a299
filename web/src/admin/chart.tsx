import { ceiling, line } from './readings';
import { t } from './i18n';

export const ROOM = 150;

interface Line {
  readonly name: string;
  readonly hue: number;
  readonly values: readonly number[];
}

/** A small chart of the last minutes: lines in one box, the newest value of each as a number. Screen readers hear a sentence. */
export function Chart({ title, lines, show, minutes }: { title: string; lines: readonly Line[]; show: (value: number) => string; minutes: number }) {
  const most = Math.max(0, ...lines.flatMap((each) => each.values.slice(-ROOM)));
  const top = ceiling(most);
  const [first] = lines;
  return (
    <figure class="chart">
      <figcaption>
        <span class="name">{title}</span>
        <span class="top" aria-hidden="true">
          {show(top)}
        </span>
      </figcaption>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label={t('pulse.chart', { name: title, now: show(first?.values.at(-1) ?? 0), most: show(most), minutes })}>
        <path class="grid" d="M0 50H100M0 100H100M0 0H100" />
        {lines.map((each, index) => {
          const path = line(each.values, top, ROOM);
          return (
            <g key={each.name} data-hue={each.hue}>
              {index === 0 && each.values.length > 1 && <path class="area" d={`${path}V100H${100 - ((Math.min(each.values.length, ROOM) - 1) / (ROOM - 1)) * 100}Z`} />}
              <path class="line" d={path} />
            </g>
          );
        })}
      </svg>
      <ul class="values">
        {lines.map((each) => (
          <li key={each.name} data-hue={each.hue}>
            <span>{each.name}</span> <b>{show(each.values.at(-1) ?? 0)}</b>
          </li>
        ))}
      </ul>
    </figure>
  );
}
