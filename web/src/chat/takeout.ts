import type { StorageUse } from './model';
import type { World } from './world';

/** All that this device has, as JSON. */
export async function exported(world: World, onProgress?: (share: number) => void): Promise<Blob> {
  const rows = [...world.chats.values()];
  const parts: string[] = [`{"account":${JSON.stringify(world.me.peek())},"contacts":${JSON.stringify(world.contacts.peek())},"chats":[`];
  for (const [i, row] of rows.entries()) {
    parts.push(`${i > 0 ? ',' : ''}\n{"id":${JSON.stringify(row.id)},"name":${JSON.stringify(world.chatCell(row.id).peek()?.name ?? '')},"messages":[`);
    let first = true;
    for await (const message of world.messages.all(row.no)) {
      const { order: _, payload: __, ...shown } = message;
      parts.push(`${first ? '' : ',\n'}${JSON.stringify(shown)}`);
      first = false;
    }
    parts.push(']}');
    onProgress?.((i + 1) / rows.length);
  }
  parts.push(']}\n');
  return new Blob(parts, { type: 'application/json' });
}

/** How much room this app takes here, chat by chat, and on the server. */
export async function used(world: World, server: () => Promise<{ used: number; allowed: number }>): Promise<StorageUse> {
  const estimate = (await navigator.storage?.estimate?.()) ?? {};
  const files = await world.db.sizes('files');
  const chats = await Promise.all([...world.chats.values()].map(async (row) => ({
    chat: row.id, messages: await world.messages.count(row.no),
    fileBytes: files.filter(([key]) => String(key).startsWith(`${row.no}:`)).reduce((sum, [, bytes]) => sum + bytes, 0),
  })));
  const fileBytes = files.reduce((sum, [, bytes]) => sum + bytes, 0);
  const there = await server().catch(() => undefined);
  return {
    messages: chats.reduce((sum, chat) => sum + chat.messages, 0), fileBytes, databaseBytes: Math.max(0, (estimate.usage ?? 0) - fileBytes), quotaBytes: estimate.quota ?? 0,
    chats: chats.sort((one, two) => two.fileBytes - one.fileBytes || two.messages - one.messages), ...(there && { serverBytes: there.used, serverQuotaBytes: there.allowed }),
  };
}
