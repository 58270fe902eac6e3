/** What a `ferry:` link asks for. It only fills in a dialog: a person looks at it and presses the button. */
export type DeepLink =
  | { readonly kind: 'add'; readonly address: string }
  | { readonly kind: 'join'; readonly address: string; readonly code: string };

export const DEEP_LINK_SCHEME = 'ferry';

/** Longer than any link of ours. */
const MAX_LENGTH = 1_000;
/** A host name or number with a port, as a person may type it. */
const ADDRESS = /^[\p{L}\p{N}.:%[\]_-]{1,300}$/u;
const CODE = /^[0-9a-z -]{1,100}$/i;

/** The link for it, as `parseDeepLink` reads it. */
export function toDeepLink({ kind, ...given }: DeepLink): string {
  return `${DEEP_LINK_SCHEME}:${kind}?${new URLSearchParams(given).toString()}`;
}

/**
 * Reads `ferry:add?address=HOST:PORT` and `ferry:join?address=HOST:PORT&code=CODE`; two slashes after the colon are
 * allowed. Anybody can make such a link, so what is not exactly that is nothing: null.
 */
export function parseDeepLink(text: string): DeepLink | null {
  if (text.length > MAX_LENGTH) return null;
  const found = /^ferry:(?:\/\/)?(add|join)\/?\?(.*)$/i.exec(text);
  if (found === null) return null;
  const given = new URLSearchParams(found[2] ?? '');
  const address = given.get('address') ?? '';
  if (!ADDRESS.test(address)) return null;
  if (found[1]?.toLowerCase() === 'add') return { kind: 'add', address };
  const code = given.get('code') ?? '';
  return CODE.test(code) ? { kind: 'join', address, code } : null;
}
