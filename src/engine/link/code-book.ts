import { randomBytes } from 'node:crypto';
import type { DeviceId } from '../../shared/ids.ts';
import { formatOneTimeCode, isProofOf, SECRET_BYTES } from '../identity/one-time-code.ts';
import type { PairContext } from '../identity/short-code.ts';

export const CODE_LIFE_MS = 10 * 60_000;
/** Wrong proofs a code survives, from all devices together, less one. */
export const MAX_WRONG_TRIES = 5;
/** Dead codes kept so that who comes late hears "expired" instead of "wrong". */
const MAX_DEAD = 32;

interface Entry<Purpose> {
  readonly codeId: string;
  readonly secret: Buffer;
  readonly purpose: Purpose;
  readonly expiresMs: number;
  wrongTries: number;
}

export interface IssuedCode {
  readonly codeId: string;
  readonly code: string;
  /** Unix ms. */
  readonly expiresMs: number;
}

export type Judgement<Purpose> =
  | { readonly kind: 'right'; readonly codeId: string; readonly purpose: Purpose }
  | { readonly kind: 'expired' }
  | { readonly kind: 'wrong' };

/** The one-time codes this device has given out: ten minutes, one use, five wrong tries in all. */
export class CodeBook<Purpose> {
  readonly #issuer: DeviceId;
  #live: Entry<Purpose>[] = [];
  #dead: Entry<Purpose>[] = [];

  constructor(issuer: DeviceId) {
    this.#issuer = issuer;
  }

  issue(purpose: Purpose): IssuedCode {
    const secret = randomBytes(SECRET_BYTES);
    const codeId = randomBytes(8).toString('hex');
    const expiresMs = Date.now() + CODE_LIFE_MS;
    this.#live.push({ codeId, secret, purpose, expiresMs, wrongTries: 0 });
    return { codeId, code: formatOneTimeCode(this.#issuer, secret), expiresMs };
  }

  /** The code is worth nothing any more. */
  cancel(codeId: string): void {
    this.#bury((entry) => entry.codeId === codeId);
  }

  /** Uses up the code that `proof` fits. A wrong proof counts against every live code: nobody can say which it meant. */
  judge(proof: Uint8Array, context: PairContext): Judgement<Purpose> {
    const nowMs = Date.now();
    this.#bury((entry) => entry.expiresMs <= nowMs);
    const fits = (entry: Entry<Purpose>) => isProofOf(proof, entry.secret, context);
    const right = this.#live.find(fits);
    if (right !== undefined) {
      this.cancel(right.codeId);
      return { kind: 'right', codeId: right.codeId, purpose: right.purpose };
    }
    if (this.#dead.some(fits)) return { kind: 'expired' };
    for (const entry of this.#live) entry.wrongTries += 1;
    this.#bury((entry) => entry.wrongTries >= MAX_WRONG_TRIES);
    return { kind: 'wrong' };
  }

  #bury(isOver: (entry: Entry<Purpose>) => boolean): void {
    this.#dead = [...this.#dead, ...this.#live.filter(isOver)].slice(-MAX_DEAD);
    this.#live = this.#live.filter((entry) => !isOver(entry));
  }
}
