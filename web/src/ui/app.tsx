import { render } from 'preact';
import type { Kith } from '../chat';

/** Puts the whole app into `element`. */
export function mount(kith: Kith, element: HTMLElement): void {
  render(<App kith={kith} />, element);
}

function App({ kith }: { kith: Kith }) {
  return (
    <ul>
      {kith.chats.list.value.map((chat) => (
        <li key={chat.id}>
          {chat.name} {chat.unread} {chat.last?.text}
        </li>
      ))}
    </ul>
  );
}
