import { local } from './jid';
import { Scram, TokenProof } from './scram';

export interface Credentials {
  /** Bare address. */
  readonly jid: string;
  readonly token?: string;
  /** Key from the registration, or a password. */
  readonly key?: string;
  readonly deviceId: string;
  readonly deviceName: string;
}

/** The mechanism of tokens (XEP-0484). */
export const TOKENS = 'HT-SHA-256-NONE';

/** One try to sign in, and to see that the server knows the secret, too: by token where there is one, else by SCRAM. */
export class Proof {
  private readonly scram: Scram | undefined;
  private readonly token: TokenProof | undefined;
  readonly mechanism: string;

  constructor({ jid, token, key }: Credentials) {
    if (token === undefined) this.scram = new Scram(local(jid), key ?? '');
    else this.token = new TokenProof(local(jid), token);
    this.mechanism = token === undefined ? 'SCRAM-SHA-256' : TOKENS;
  }

  async initial(): Promise<string> {
    return this.token ? this.token.initial() : this.scram!.initial();
  }

  async respond(challenge: string): Promise<string> {
    if (!this.scram) throw new Error('a token needs no challenge');
    return this.scram.respond(challenge);
  }

  async verify(data: string): Promise<boolean> {
    return this.token ? this.token.verify(data) : this.scram!.verify(data);
  }
}
