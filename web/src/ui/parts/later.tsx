import { signal } from '@preact/signals';
import { type ComponentType, h } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n';

/** A component whose code is fetched when it is first shown. Without a network it says so and tries again when asked. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const found = signal<ComponentType<P> | null>(null);
  const wrong = signal(false);
  const fetchIt = () => {
    wrong.value = false;
    load().then(
      (component) => {
        found.value = component;
      },
      () => {
        wrong.value = true;
      },
    );
  };
  return function Later(props: P) {
    useEffect(() => {
      if (!found.value) fetchIt();
    }, []);
    if (found.value) return h(found.value, props);
    return wrong.value ? (
      <div class="empty" role="alert">
        <p>{t('failure.part')}</p>
        <button type="button" class="button" onClick={fetchIt}>
          {t('do.tryAgain')}
        </button>
      </div>
    ) : (
      <div class="waits" aria-busy="true" />
    );
  };
}
