import { decode, encode } from '@msgpack/msgpack';
import type { z } from 'zod';
import { Failure } from '../../shared/failure.ts';
import { checkMsgpack } from './check-msgpack.ts';
import { encodeFrame } from './frame.ts';
import {
  MAX_CONTROL_DEPTH,
  MAX_CONTROL_FRAME_BYTES,
  MAX_CONTROL_ITEMS,
  MAX_CONTROL_STRING_BYTES,
} from './limits.ts';

const ENCODE_OPTIONS = { maxDepth: MAX_CONTROL_DEPTH, ignoreUndefined: true };

/** The same limits as `checkMsgpack`, again: two nets are cheaper than one abort. */
const DECODE_OPTIONS = {
  maxStrLength: MAX_CONTROL_STRING_BYTES,
  maxBinLength: MAX_CONTROL_FRAME_BYTES,
  maxArrayLength: MAX_CONTROL_ITEMS,
  maxMapLength: MAX_CONTROL_ITEMS,
  maxExtLength: 0,
  keyDecoder: null,
};

/** One message as a whole frame. Throws Failure `internal` when it is over the limit of a frame: our own fault. */
export function encodeControl<Message extends { readonly kind: string }>(message: Message): Buffer {
  const payload = encode(message, ENCODE_OPTIONS);
  if (payload.length > MAX_CONTROL_FRAME_BYTES) {
    throw new Failure('internal', { subject: message.kind, reason: 'message over the frame limit' });
  }
  return encodeFrame(payload);
}

/**
 * The payload of a frame as a message that fits `schema`. Unknown fields are dropped, so a newer peer of the
 * same version may say more. Throws Failure `peer-misbehaved`.
 */
export function decodeControl<Schema extends z.ZodType>(payload: Buffer, schema: Schema): z.infer<Schema> {
  checkMsgpack(payload);
  let value: unknown;
  try {
    value = decode(payload, DECODE_OPTIONS);
  } catch (error) {
    throw new Failure('peer-misbehaved', { reason: 'undecodable message' }, error);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const reason = `message field ${issue?.path.join('.').slice(0, 80) ?? ''}`;
    throw new Failure('peer-misbehaved', { reason }, parsed.error);
  }
  return parsed.data;
}
