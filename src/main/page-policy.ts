import { createHash } from 'node:crypto';
import { INLINE_STYLES } from '../shared/inline-styles.ts';

const STYLE_HASHES = INLINE_STYLES.map(
  (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
).join(' ');

/**
 * What a page in the window may load and reach: its own files. Pictures and fonts may be inlined by the build.
 * The engine is reached over a port, not over the network, so there is nothing to connect to.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' ${STYLE_HASHES}`,
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sent with every file of the page. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};
