// From what went wrong to what the UI can say.

import { IqError } from '../xmpp/client';
import { KithError, type Failure, type FailureCode } from './model';

const BY_CONDITION: Readonly<Record<string, FailureCode>> = {
  disconnected: 'offline', 'remote-server-timeout': 'timeout', 'remote-server-not-found': 'not-found', 'item-not-found': 'not-found',
  'service-unavailable': 'not-found', 'recipient-unavailable': 'not-found', forbidden: 'forbidden', 'not-allowed': 'forbidden', 'not-authorized': 'forbidden',
  'registration-required': 'forbidden', 'not-acceptable': 'forbidden', 'policy-violation': 'too-often', 'resource-constraint': 'too-often', conflict: 'name-taken',
  'feature-not-implemented': 'unsupported', gone: 'not-found', 'jid-malformed': 'bad-number',
};

export function failureOf(fault: unknown): Failure {
  if (fault instanceof KithError) return fault.failure;
  if (fault instanceof IqError) {
    if (fault.error?.elements().some((child) => child.name === 'file-too-large')) {
      const most = Number(fault.error.elements().find((child) => child.name === 'file-too-large')?.childText('max-file-size'));
      return { code: 'too-large', ...(most > 0 && { limitBytes: most }), ...(fault.serverText !== undefined && { text: fault.serverText }) };
    }
    if (fault.error?.elements().some((child) => child.name === 'expired-token')) return { code: 'bad-invitation' };
    return { code: BY_CONDITION[fault.condition] ?? 'other', ...(fault.serverText !== undefined && { text: fault.serverText }) };
  }
  if (fault instanceof DOMException && fault.name === 'QuotaExceededError') return { code: 'storage-full' };
  if (fault instanceof DOMException && fault.name === 'AbortError') return { code: 'cancelled' };
  if (fault instanceof TypeError) return { code: 'offline' };
  return { code: 'other', text: String(fault instanceof Error ? fault.message : fault) };
}

/** Of a message that was refused by `from`. */
export function messageFailure(condition: string, group: boolean): Failure {
  if (condition === 'not-acceptable') return { code: group ? 'forbidden' : 'blocked' };
  return { code: BY_CONDITION[condition] ?? 'other' };
}

/** Of an upload: what is too much there is space. */
export function uploadFailure(fault: unknown): Failure {
  return fault instanceof IqError && fault.condition === 'resource-constraint' ? { ...failureOf(fault), code: 'quota' } : failureOf(fault);
}

export function throwing(fault: unknown): never {
  throw fault instanceof KithError ? fault : new KithError(failureOf(fault));
}
