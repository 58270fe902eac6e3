import { z } from 'zod';
import { MAX_BROWSE_LIMIT } from '../../shared/browse.ts';
import { FAILURE_CODES } from '../../shared/failure.ts';
import { MAX_SHARE_NAME } from '../../shared/share.ts';
import { MAX_BROWSED_BYTES } from './browse-entries.ts';
import { MAX_NAME_BYTES } from './limits.ts';
import { MAX_WAY_BYTES } from './way.ts';

/** Looking into the shares of another device, on the control connection. Both devices trust each other as `mine`. */

const ask = z.number().int().min(0).max(0xff_ff_ff_ff);

function bytes(max: number) {
  return z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= max);
}

/** A place in a share of the device that is spoken to. */
export const sharePlace = {
  /** Empty is the list of shares. */
  share: z.string().max(MAX_SHARE_NAME),
  /** Names joined by '/', exact bytes; empty is the share's root. */
  way: bytes(MAX_WAY_BYTES),
};

/** What is there? Or, with `make`: let there be a folder. */
export const browseMessage = z.object({
  kind: z.literal('browse'),
  ask,
  ...sharePlace,
  action: z.enum(['list', 'look', 'make']),
  /** Last name of the page before; empty is the beginning. */
  after: bytes(MAX_NAME_BYTES),
  limit: z.number().int().min(1).max(MAX_BROWSE_LIMIT),
});

/** The answer to a `browse` of the same number. */
export const browsedMessage = z.object({
  kind: z.literal('browsed'),
  ask,
  /** See browse-entries.ts. */
  entries: bytes(MAX_BROWSED_BYTES),
  next: bytes(MAX_NAME_BYTES).nullable(),
  at: z
    .object({
      type: z.enum(['file', 'folder', 'link', 'special']),
      bytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
      mtimeMs: z.number().int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER),
    })
    .nullable(),
  canWrite: z.boolean(),
});

export const browseRefusedMessage = z.object({
  kind: z.literal('browse-refused'),
  ask,
  code: z.enum(FAILURE_CODES),
  /** The place, where the failure is about it. */
  subject: z.string().max(16_384).optional(),
  reason: z.string().max(200).optional(),
});

export const shareMessages = [browseMessage, browsedMessage, browseRefusedMessage] as const;
