// What a group, a community and a broadcast list are named with.

import { Camera } from 'lucide';
import { useState } from 'preact/hooks';
import { t } from '../i18n';
import { Avatar } from '../parts/avatar';
import { Dialog } from '../parts/dialog';
import { Field } from '../parts/field';
import { Icon } from '../parts/icon';
import { choosePhoto } from '../parts/photo';

export const LONGEST_NAME = 100;

/** The photo of what is being made; until one is chosen, what its name gives. */
export function PhotoOf({ name, kind, onChoose }: { name: string; kind: 'group' | 'broadcast'; onChoose: (photo: Blob) => void }) {
  const [url, setUrl] = useState('');
  const take = async (blob: Blob) => {
    if (url) URL.revokeObjectURL(url);
    onChoose(blob);
    setUrl(URL.createObjectURL(blob));
  };
  return (
    <button type="button" class="photo" onClick={() => choosePhoto(take)}>
      {url ? (
        <span class="avatar" data-size="l">
          <img src={url} alt="" />
        </span>
      ) : (
        <Avatar of={name} name={name} kind={kind} size="l" />
      )}
      <span class="camera">
        <Icon of={Camera} />
      </span>
      <span class="unseen">{t('group.choosePhoto')}</span>
    </button>
  );
}

/** Asks for another name. */
export function RenameDialog(props: { title: string; label: string; hint?: string; name: string; save: (name: string) => void; close: () => void }) {
  const [name, setName] = useState(props.name);
  return (
    <Dialog
      title={props.title}
      close={props.close}
      foot={
        <button
          type="button"
          class="button main"
          disabled={!name.trim()}
          onClick={() => {
            props.save(name.trim());
            props.close();
          }}
        >
          {t('do.save')}
        </button>
      }
    >
      <Field
        label={props.label}
        {...(props.hint !== undefined && { hint: props.hint })}
        value={name}
        onInput={setName}
        maxLength={LONGEST_NAME}
        input={{ 'data-first': true } as object}
      />
    </Dialog>
  );
}
