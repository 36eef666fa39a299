// The local database: IndexedDB, all content encrypted (AES-GCM) under a key that scripts can use and never read. What lies on
// the disk in the clear: numbers of chats, times of messages, sizes.
//
//   keys    'main'            the CryptoKey, not extractable
//   meta    name              settings, profile, people, credentials: one sealed JSON each
//   chats   rows:n            up to 64 ChatRows that follow each other by number, sealed together (disk.ts)
//   blocks  [chat, first]     up to 128 messages that follow each other, sealed together
//   texts   [chat, first]     the same messages' words, folded for search, sealed
//   ids     hash              where the message with this id is: its order; and 'written', how many writes there were
//   outbox  number            what is to be sent, in order, sealed
//   files   name              files and photos, sealed
//
// One write is one transaction over all of it (`write`), forced to the disk before its promise is done.

export type StoreName = 'meta' | 'chats' | 'blocks' | 'texts' | 'ids' | 'outbox' | 'files';
export type Key = number | string | [number, number];
export interface Put {
  readonly store: StoreName;
  readonly key: Key;
  /** undefined deletes. */
  readonly value: ArrayBuffer | number | undefined;
}

const STORES: readonly (StoreName | 'keys')[] = ['keys', 'meta', 'chats', 'blocks', 'texts', 'ids', 'outbox', 'files'];
const VERSION = 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the database failed'));
  });
}

export class Database {
  private constructor(
    private readonly db: IDBDatabase,
    private readonly key: CryptoKey,
  ) {}

  /** @throws what IndexedDB says when it is not to be had */
  static async open(name: string): Promise<Database> {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      for (const store of STORES) if (!request.result.objectStoreNames.contains(store)) request.result.createObjectStore(store);
    };
    const db = await done(request);
    const known = (await done(db.transaction('keys').objectStore('keys').get('main'))) as CryptoKey | undefined;
    if (known) return new Database(db, known);
    const fresh = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    // Two tabs may get here at once: the first one's key stays.
    const transaction = db.transaction('keys', 'readwrite');
    const store = transaction.objectStore('keys');
    const other = (await done(store.get('main'))) as CryptoKey | undefined;
    if (!other) store.put(fresh, 'main');
    await finished(transaction);
    return new Database(db, other ?? fresh);
  }

  static async destroy(name: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = () => resolve();
      request.onerror = () => reject(request.error ?? new Error('the database could not be deleted'));
    });
  }

  /** Another tab deletes the database: let go of it. */
  onGone(listener: () => void): void {
    this.db.onversionchange = () => {
      this.db.close();
      listener();
    };
  }

  close(): void {
    this.db.close();
  }

  async sealBytes(bytes: BufferSource): Promise<ArrayBuffer> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const cipher = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, this.key, bytes);
    const sealed = new Uint8Array(12 + cipher.byteLength);
    sealed.set(iv);
    sealed.set(new Uint8Array(cipher), 12);
    return sealed.buffer;
  }

  unsealBytes(sealed: ArrayBuffer): Promise<ArrayBuffer> {
    return crypto.subtle.decrypt({ name: 'AES-GCM', iv: new Uint8Array(sealed, 0, 12) }, this.key, new Uint8Array(sealed, 12));
  }

  sealText(text: string): Promise<ArrayBuffer> {
    return this.sealBytes(encoder.encode(text));
  }

  async unsealText(sealed: ArrayBuffer): Promise<string> {
    return decoder.decode(await this.unsealBytes(sealed));
  }

  seal(value: unknown): Promise<ArrayBuffer> {
    return this.sealText(JSON.stringify(value));
  }

  async unseal<T>(sealed: ArrayBuffer): Promise<T> {
    return JSON.parse(await this.unsealText(sealed)) as T;
  }

  async get(store: StoreName, key: Key): Promise<ArrayBuffer | undefined> {
    return (await done(this.db.transaction(store).objectStore(store).get(key))) as ArrayBuffer | undefined;
  }

  async number(store: StoreName, key: Key): Promise<number | undefined> {
    return (await done(this.db.transaction(store).objectStore(store).get(key))) as number | undefined;
  }

  async value<T>(store: StoreName, key: Key): Promise<T | undefined> {
    const sealed = await this.get(store, key);
    return sealed && this.unseal<T>(sealed);
  }

  /** All of a store, or of a range of it, by key. */
  async all(store: StoreName, range?: IDBKeyRange): Promise<[Key, ArrayBuffer][]> {
    const objects = this.db.transaction(store).objectStore(store);
    const [keys, values] = await Promise.all([done(objects.getAllKeys(range)), done(objects.getAll(range))]);
    return keys.map((key, i) => [key as Key, values[i] as ArrayBuffer]);
  }

  /** How many bytes each value has. */
  async sizes(store: StoreName): Promise<[Key, number][]> {
    return new Promise((resolve, reject) => {
      const sizes: [Key, number][] = [];
      const request = this.db.transaction(store).objectStore(store).openCursor();
      request.onerror = () => reject(request.error ?? new Error('the database failed'));
      request.onsuccess = () => {
        const cursor = request.result;
        if (!cursor) return resolve(sizes);
        sizes.push([cursor.key as Key, (cursor.value as ArrayBuffer).byteLength]);
        cursor.continue();
      };
    });
  }

  async keys(store: StoreName, range?: IDBKeyRange): Promise<Key[]> {
    return (await done(this.db.transaction(store).objectStore(store).getAllKeys(range))) as Key[];
  }

  /** All or nothing; on the disk when done. */
  async write(puts: readonly Put[], ranges: readonly { readonly store: StoreName; readonly range: IDBKeyRange }[] = []): Promise<void> {
    if (puts.length === 0 && ranges.length === 0) return;
    const names = [...new Set([...puts, ...ranges].map((each) => each.store))];
    const transaction = this.db.transaction(names, 'readwrite', { durability: 'strict' });
    for (const { store, range } of ranges) transaction.objectStore(store).delete(range);
    for (const { store, key, value } of puts) {
      if (value === undefined) transaction.objectStore(store).delete(key);
      else transaction.objectStore(store).put(value, key);
    }
    await finished(transaction);
  }
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error('the database refused to write'));
  });
}
