import type { DeviceKind } from '../../shared/device.ts';
import { cleanName } from './clean-name.ts';
import type { Announcement } from './discovery.ts';

/** Version of the announcement, not of the wire: the hello settles that. */
export const TXT_VERSION = 1;
/** The format allows 255; some resolvers lose entries close to it. */
export const MAX_TXT_ENTRY_BYTES = 200;
/** RFC 6763 §6.2: keep it so small that the whole answer fits one packet. */
export const MAX_TXT_BYTES = 400;
/** Room for entries of later versions. */
export const MAX_TXT_ENTRIES = 16;

const KINDS: Readonly<Record<string, DeviceKind>> = {
  desktop: 'desktop',
  laptop: 'laptop',
  server: 'server',
};
const SHORT_ID = /^[0-9A-Za-z]{20}$/;
const VERSION = /^[1-9][0-9]{0,5}$/;
/** Printable ASCII without `=` (RFC 6763 §6.4). */
const ENTRY = /^([\x20-\x3c\x3e-\x7e]{1,32})=(.*)$/su;

/** What an announcement's TXT record says. */
export interface TxtContent {
  readonly shortId: string | null;
  readonly name: string | null;
  readonly kind: DeviceKind;
}

/** The TXT entries for `announcement`, in order. `paired` visibility leaves out what tells who this is. */
export function toTxtEntries(announcement: Announcement): Readonly<Record<string, string>> {
  const open = { v: String(TXT_VERSION), k: announcement.kind };
  if (announcement.visibility !== 'everyone') return open;
  const name = cleanName(announcement.name, MAX_TXT_ENTRY_BYTES - 'n='.length);
  return { ...open, id: announcement.shortId, ...(name === null ? {} : { n: name }) };
}

/**
 * Reads a received TXT record. Null for anything Ferry would not send: too large, no version, a malformed
 * id, text that is not UTF-8. Unknown keys are skipped, of equal keys the first counts (RFC 6763 §6.4).
 */
export function readTxtEntries(data: unknown): TxtContent | null {
  const entries = toEntries(data);
  if (entries === null) return null;
  const values = new Map<string, string>();
  for (const entry of entries) {
    const text = toText(entry);
    if (text === null) return null;
    const match = ENTRY.exec(text);
    const [, key, value] = match ?? [];
    if (key === undefined || value === undefined || values.has(key)) continue;
    values.set(key, value);
  }
  if (!VERSION.test(values.get('v') ?? '')) return null;
  const shortId = values.get('id') ?? null;
  if (shortId !== null && !SHORT_ID.test(shortId)) return null;
  const name = shortId === null ? null : cleanName(values.get('n') ?? '');
  return { shortId, name, kind: KINDS[values.get('k') ?? ''] ?? 'desktop' };
}

function toEntries(data: unknown): readonly Uint8Array[] | null {
  const list: unknown[] = Array.isArray(data) ? data : [data];
  if (list.length > MAX_TXT_ENTRIES) return null;
  const entries: Uint8Array[] = [];
  let bytes = 0;
  for (const entry of list) {
    if (!(entry instanceof Uint8Array)) return null;
    bytes += entry.length + 1;
    if (entry.length > MAX_TXT_ENTRY_BYTES || bytes > MAX_TXT_BYTES) return null;
    entries.push(entry);
  }
  return entries;
}

function toText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
