import { CircleAlert, Search, X } from 'lucide';
import type { ComponentChildren, InputHTMLAttributes, Ref } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../i18n';
import { Icon } from './icon';

/** One line (or more) of text with its label, a hint, and what is wrong with it. */
export function Field(props: {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string | undefined;
  wrong?: string | undefined;
  lines?: boolean;
  before?: ComponentChildren;
  input?: InputHTMLAttributes<HTMLInputElement>;
  inputRef?: Ref<HTMLInputElement>;
  maxLength?: number;
}) {
  const id = useId();
  const said = props.wrong ? `${id}-wrong` : props.hint ? `${id}-hint` : undefined;
  const common = {
    id,
    class: 'input',
    dir: 'auto' as const,
    value: props.value,
    maxLength: props.maxLength ?? 200,
    'aria-invalid': props.wrong ? true : undefined,
    'aria-describedby': said,
  };
  return (
    <div class="field">
      <label class="label" for={id}>
        {props.label}
      </label>
      {props.before}
      {props.lines ? (
        <textarea {...common} rows={3} onInput={(event) => props.onInput(event.currentTarget.value)} />
      ) : (
        <input
          {...common}
          ref={props.inputRef ?? null}
          type="text"
          autoComplete="off"
          onInput={(event) => props.onInput(event.currentTarget.value)}
          {...props.input}
        />
      )}
      {props.hint && !props.wrong && (
        <p class="hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      )}
      <Wrong id={`${id}-wrong`} text={props.wrong} />
    </div>
  );
}

/** What went wrong, said to screen readers as soon as it is there. */
export function Wrong({ text, id }: { text?: string | undefined; id?: string }) {
  return (
    <div role="alert" id={id}>
      {text && (
        <p class="wrong">
          <Icon of={CircleAlert} />
          <span>{text}</span>
        </p>
      )}
    </div>
  );
}

/** A box to look for something. */
export function SearchBox(props: {
  value: string;
  label: string;
  onInput: (value: string) => void;
  onKeyDown?: (event: KeyboardEvent) => void;
  onFocus?: () => void;
  id?: string;
  first?: boolean;
}) {
  return (
    <div class="search" role="search" aria-label={props.label}>
      <Icon of={Search} />
      <input
        type="search"
        id={props.id}
        data-first={props.first}
        dir="auto"
        value={props.value}
        maxLength={200}
        autoComplete="off"
        enterkeyhint="search"
        placeholder={props.label}
        aria-label={props.label}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        onFocus={props.onFocus}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && props.value) {
            event.stopPropagation();
            props.onInput('');
          } else props.onKeyDown?.(event);
        }}
      />
      {props.value && (
        <button type="button" class="round small" aria-label={t('do.clear')} onClick={() => props.onInput('')}>
          <Icon of={X} />
        </button>
      )}
    </div>
  );
}

/** A row that is on or off. */
export function Toggle(props: {
  label: string;
  under?: string | undefined;
  on: boolean;
  onChange: (on: boolean) => void;
  disabled?: boolean;
}) {
  return (
    <label class="row">
      <span class="grow">
        <span>{props.label}</span>
        {props.under && <span class="under">{props.under}</span>}
      </span>
      <input
        type="checkbox"
        role="switch"
        class="switch"
        checked={props.on}
        disabled={props.disabled}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
    </label>
  );
}

/** A row of one choice among a few. */
export function Options<T extends string | number>(props: {
  label: string;
  value: T;
  options: readonly { value: T; label: string; under?: string }[];
  onChange: (value: T) => void;
}) {
  const name = useId();
  return (
    <div role="radiogroup" aria-label={props.label}>
      {props.options.map((option) => (
        <label class="row" key={option.value}>
          <input
            type="radio"
            class="radio"
            name={name}
            checked={option.value === props.value}
            onChange={() => props.onChange(option.value)}
          />
          <span class="grow">
            <span>{option.label}</span>
            {option.under && <span class="under">{option.under}</span>}
          </span>
        </label>
      ))}
    </div>
  );
}
