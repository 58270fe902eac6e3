import { z } from 'zod';

/** Messages of pairing: the only ones a device may send before it is trusted, with `redeem`. docs/protocol.md. */

const thirtyTwoBytes = z.instanceof(Uint8Array).refine((value) => value.length === 32);

/** Initiator to responder: commitment to a nonce it shows later. */
export const pairCommitMessage = z.object({ kind: z.literal('pair-commit'), commitment: thirtyTwoBytes });

/** Responder to initiator: its nonce. */
export const pairNonceMessage = z.object({ kind: z.literal('pair-nonce'), nonce: thirtyTwoBytes });

/** Initiator to responder: the nonce it committed to. Both know the digits now. */
export const pairRevealMessage = z.object({ kind: z.literal('pair-reveal'), nonce: thirtyTwoBytes });

/** Either way: the person here says that the digits match. */
export const pairConfirmedMessage = z.object({ kind: z.literal('pair-confirmed') });

/** Joiner to inviter: proof that it knows the secret of an invite. */
export const joinMessage = z.object({ kind: z.literal('join'), proof: thirtyTwoBytes });

/** Inviter to joiner: the invite was right and the joiner's key is stored. */
export const joinedMessage = z.object({ kind: z.literal('joined') });

export const pairMessages = [
  pairCommitMessage,
  pairNonceMessage,
  pairRevealMessage,
  pairConfirmedMessage,
  joinMessage,
  joinedMessage,
] as const;
