import { say } from '../ui/parts/toast';
import { t } from './i18n';
import { Refused } from './server';

/** What went wrong as a sentence. */
export function sentence(fault: unknown): string {
  if (!(fault instanceof Refused)) return t('failure.other', { what: String(fault).slice(0, 200) });
  if (fault.problem === 'offline' || fault.problem === 'often' || fault.problem === 'forbidden') return t(`failure.${fault.problem}`);
  return t('failure.other', { what: fault.message.slice(0, 500) });
}

/** Does it, and says why not when it fails. True when it was done. */
export async function doing(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (fault) {
    if (!(fault instanceof Refused && fault.status === 401)) say(sentence(fault));
    return false;
  }
}

export async function copy(text: string): Promise<void> {
  if (await doing(navigator.clipboard.writeText(text))) say(t('do.copied'));
}
