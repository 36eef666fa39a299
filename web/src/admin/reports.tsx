import { useEffect, useState } from 'preact/hooks';
import { dateAndTime } from '../ui/i18n/when';
import { type Key, t } from './i18n';
import { doing } from './said';
import { look, order } from './server';

interface Report {
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly about: string;
  readonly reason: string;
  readonly text: string;
  readonly stanzas: readonly string[];
}

const reasons: Record<string, Key> = { spam: 'reports.spam', abuse: 'reports.abuse' };

/** What people have reported and nobody has dealt with. `lookUp` shows an account of this server. */
export function ReportsPage({ domain, lookUp }: { domain: string; lookUp: (account: string) => void }) {
  const [reports, setReports] = useState<readonly Report[] | null>(null);
  useEffect(() => void doing(look<{ reports: readonly Report[] }>('reports').then((answer) => setReports(answer.reports))), []);
  const done = async (report: Report) => {
    if (await doing(order('reports/done', { id: report.id }))) setReports((now) => now?.filter((each) => each !== report) ?? null);
  };
  if (!reports) return <div aria-busy="true" />;
  return (
    <>
      <div role="status">{reports.length === 0 && <p class="none">{t('reports.none')}</p>}</div>
      <ul class="cards">
        {reports.map((report) => {
          const local = report.about.endsWith(`@${domain}`) ? report.about.slice(0, -domain.length - 1) : null;
          return (
            <li class="card" key={report.id}>
              <div class="line">
                <div class="grow">
                  <h2>
                    {t('reports.about', { name: report.about.slice(0, 200) })} <span class="tag">{t(reasons[report.reason.split(':').at(-1) ?? ''] ?? 'reports.other')}</span>
                  </h2>
                  <p class="under">
                    {t('reports.by', { name: report.by.slice(0, 200) })} · {dateAndTime(Date.parse(report.at))}
                    {report.stanzas.length > 0 && <> · {t('reports.messages', { n: report.stanzas.length })}</>}
                  </p>
                </div>
                <div class="does">
                  {local !== null && (
                    <button type="button" class="button" onClick={() => lookUp(local)}>
                      {t('reports.account')}
                    </button>
                  )}
                  <button type="button" class="button main" onClick={() => void done(report)}>
                    {t('reports.done')}
                  </button>
                </div>
              </div>
              {report.text && (
                <p class="words">
                  <bdi>{report.text.slice(0, 4000)}</bdi>
                </p>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}
