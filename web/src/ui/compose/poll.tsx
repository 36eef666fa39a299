import { useState } from 'preact/hooks';
import type { Address } from '../../chat';
import { t } from '../i18n';
import { kith } from '../kith';
import { Dialog } from '../parts/dialog';
import { Field, Toggle } from '../parts/field';
import { run } from '../parts/toast';

const MOST = 12;

/** A question with up to twelve answers; an empty one is always there to be filled in. */
export function PollForm({ chat, close }: { chat: Address; close: () => void }) {
  const [question, setQuestion] = useState('');
  const [options, setOptions] = useState<readonly string[]>(['', '']);
  const [multiple, setMultiple] = useState(false);
  const filled = [...new Set(options.map((option) => option.trim()).filter(Boolean))];
  const change = (index: number, value: string) => {
    const next = options.map((option, at) => (at === index ? value : option));
    if (next.at(-1)?.trim() && next.length < MOST) next.push('');
    setOptions(next);
  };
  const send = () => {
    run(kith.messages.send(chat, { poll: { question: question.trim(), options: filled, multiple } }));
    close();
  };
  return (
    <Dialog
      title={t('poll.new')}
      close={close}
      foot={
        <button type="button" class="button main" disabled={!question.trim() || filled.length < 2} onClick={send}>
          {t('do.send')}
        </button>
      }
    >
      <Field label={t('poll.question')} value={question} onInput={setQuestion} maxLength={300} />
      {options.map((option, index) => (
        <Field key={index} label={t('poll.option', { n: index + 1 })} value={option} onInput={(value) => change(index, value)} maxLength={120} />
      ))}
      <Toggle label={t('poll.multiple')} on={multiple} onChange={setMultiple} />
    </Dialog>
  );
}
