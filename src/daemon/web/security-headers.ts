import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { INLINE_STYLES } from '../../shared/inline-styles.ts';

const STYLE_HASHES = INLINE_STYLES.map(
  (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
).join(' ');

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' ${STYLE_HASHES}`,
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** On every answer. There are no CORS headers anywhere: no other origin has business here. */
export const SECURITY_HEADERS: OutgoingHttpHeaders = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Instead of the page's own policy: what a peer sent is data, even when somebody opens it in place. */
export const DOWNLOAD_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'";
