// SCRAM-SHA-256 (RFC 5802, 7677) and HT-SHA-256-NONE (XEP-0484), on WebCrypto.

const encoder = new TextEncoder();
type Bytes = Uint8Array<ArrayBuffer>;

export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return btoa(text);
}

/** @throws Error if it is not base64 */
export function unbase64(text: string): Bytes {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

async function hmac(key: Bytes, data: string | Bytes): Promise<Bytes> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, typeof data === 'string' ? encoder.encode(data) : data));
}

function equal(one: Uint8Array, two: Uint8Array): boolean {
  if (one.length !== two.length) return false;
  let difference = 0;
  for (let i = 0; i < one.length; i++) difference |= one[i]! ^ two[i]!;
  return difference === 0;
}

export class ScramError extends Error {}

export class Scram {
  private serverSignature: Bytes | undefined;
  private readonly first: string;

  constructor(
    user: string,
    private readonly password: string,
    private readonly nonce: string = base64(crypto.getRandomValues(new Uint8Array(18))),
  ) {
    this.first = `n=${user.replace(/=/g, '=3D').replace(/,/g, '=2C')},r=${nonce}`;
  }

  initial(): string {
    return base64(encoder.encode(`n,,${this.first}`));
  }

  /** @throws ScramError if the server's message cannot be trusted */
  async respond(challenge: string): Promise<string> {
    const serverFirst = new TextDecoder().decode(unbase64(challenge));
    const fields = fieldsOf(serverFirst);
    const [nonce, salt, rounds] = [fields.r ?? '', fields.s ?? '', Number(fields.i)];
    if ('m' in fields) throw new ScramError('an extension is not known');
    if (!nonce.startsWith(this.nonce) || nonce.length === this.nonce.length) throw new ScramError('the nonce is not ours');
    if (!Number.isInteger(rounds) || rounds < 4096 || rounds > 1_000_000) throw new ScramError('the number of rounds is not sane');
    const key = await crypto.subtle.importKey('raw', encoder.encode(this.password.normalize('NFKC')), 'PBKDF2', false, ['deriveBits']);
    const salted = new Uint8Array(await crypto.subtle.deriveBits(
      { name: 'PBKDF2', hash: 'SHA-256', salt: unbase64(salt), iterations: rounds }, key, 256));
    const clientKey = await hmac(salted, 'Client Key');
    const storedKey = new Uint8Array(await crypto.subtle.digest('SHA-256', clientKey));
    const withoutProof = `c=biws,r=${nonce}`;
    const message = `${this.first},${serverFirst},${withoutProof}`;
    const signature = await hmac(storedKey, message);
    const proof = clientKey.map((byte, i) => byte ^ signature[i]!);
    this.serverSignature = await hmac(await hmac(salted, 'Server Key'), message);
    return base64(encoder.encode(`${withoutProof},p=${base64(proof)}`));
  }

  /** Whether the server knows the password, too. */
  verify(additionalData: string): boolean {
    const fields = fieldsOf(new TextDecoder().decode(unbase64(additionalData)));
    return this.serverSignature !== undefined && fields.v !== undefined && equal(unbase64(fields.v), this.serverSignature);
  }
}

function fieldsOf(message: string): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  for (const part of message.split(',')) if (part[1] === '=') fields[part[0]!] ??= part.slice(2);
  return fields;
}

export class TokenProof {
  constructor(
    private readonly user: string,
    private readonly token: string,
  ) {}

  async initial(): Promise<string> {
    const proof = await hmac(encoder.encode(this.token), 'Initiator');
    const user = encoder.encode(this.user);
    const message = new Uint8Array(user.length + 1 + proof.length);
    message.set(user);
    message.set(proof, user.length + 1);
    return base64(message);
  }

  async verify(additionalData: string): Promise<boolean> {
    return equal(unbase64(additionalData), await hmac(encoder.encode(this.token), 'Responder'));
  }
}
