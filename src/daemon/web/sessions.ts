import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32;
const TOKEN_LIFE_MS = 10 * 60 * 1000;

/** Links that wait to be opened; the oldest gives way. */
const MAX_TOKENS = 32;
/** Browsers (and browser profiles) that are signed in; the one unused for longest gives way. */
const MAX_SESSIONS = 32;

/** Wrong tokens that are looked at in each {@link TRIES_WINDOW_MS}; 256 bits are not guessed anyway. */
const MAX_WRONG_TRIES = 20;
const TRIES_WINDOW_MS = 60_000;

const SECRET_TEXT = /^[A-Za-z0-9_-]{43}$/;

export type Exchange =
  | { readonly kind: 'session'; readonly secret: string }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'too-many' };

/**
 * Who may speak to the engine from a page: one-time tokens that are handed out in links, and the sessions they
 * were exchanged for. In memory only, so both end with the process. What is kept is the SHA-256 of each secret.
 */
export class WebSessions {
  readonly #nowMs: () => number;
  /** Digest in hex to when it ends. */
  readonly #tokens = new Map<string, number>();
  /** Digests in hex, the one used last at the end. */
  readonly #sessions = new Set<string>();
  #wrongTries: number[] = [];

  /** `nowMs` is a clock that only goes forward. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** A fresh token: good once, for ten minutes. */
  createToken(): string {
    const token = randomBytes(SECRET_BYTES).toString('base64url');
    this.#tokens.set(digest(token), this.#nowMs() + TOKEN_LIFE_MS);
    dropOldest(this.#tokens, MAX_TOKENS);
    return token;
  }

  /** Uses a token up for the secret of a new session. */
  exchange(token: string): Exchange {
    const nowMs = this.#nowMs();
    this.#wrongTries = this.#wrongTries.filter((atMs) => nowMs - atMs < TRIES_WINDOW_MS);
    if (this.#wrongTries.length >= MAX_WRONG_TRIES) return { kind: 'too-many' };
    const found = SECRET_TEXT.test(token) ? find(this.#tokens.keys(), token) : null;
    const endsMs = found === null ? undefined : this.#tokens.get(found);
    if (found !== null) this.#tokens.delete(found);
    if (endsMs === undefined || nowMs >= endsMs) {
      this.#wrongTries.push(nowMs);
      return { kind: 'wrong' };
    }
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    this.#sessions.add(digest(secret));
    dropOldest(this.#sessions, MAX_SESSIONS);
    return { kind: 'session', secret };
  }

  /** Whether `secret` is that of a session. */
  has(secret: string): boolean {
    if (!SECRET_TEXT.test(secret)) return false;
    const found = find(this.#sessions, secret);
    if (found === null) return false;
    this.#sessions.delete(found);
    this.#sessions.add(found);
    return true;
  }
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Looks at every one of them, whichever matches: the time taken tells nothing. */
function find(known: Iterable<string>, secret: string): string | null {
  const wanted = Buffer.from(digest(secret));
  let found: string | null = null;
  for (const one of known) if (timingSafeEqual(Buffer.from(one), wanted)) found = one;
  return found;
}

function dropOldest(kept: Map<string, unknown> | Set<string>, max: number): void {
  for (const key of kept.keys()) {
    if (kept.size <= max) return;
    kept.delete(key);
  }
}

/** Name of the cookie of one device: cookies do not know ports, and two devices must not share one. */
export function cookieName(deviceId: string): string {
  return `ferry_${deviceId.slice(0, 8)}`;
}

/** The value of cookie `name` in a `Cookie` header; null without one. */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}
