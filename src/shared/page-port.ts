import type { PagePiece } from './page-frames.ts';

/**
 * Messages on the port between the web worker, which has a page's socket, and the data worker that serves one of
 * its jobs. The engine thread makes the channel and gives each its end; nothing of a page ever passes through it.
 */

/** Web worker to data worker. Buffers are handed over, not copied, where there is one job. */
export type FromPage =
  /** A listing frame (see page-frames.ts). */
  | { readonly kind: 'listing'; readonly frame: ArrayBuffer }
  | { readonly kind: 'listing-end' }
  /** An answer frame, numbered as the want was. */
  | { readonly kind: 'answer'; readonly frame: ArrayBuffer };

/** Data worker to web worker. A port that ends without a word belonged to a thread that has ended. */
export type ToPage =
  | { readonly kind: 'want'; readonly id: number; readonly pieces: readonly PagePiece[] }
  /** The page broke the rules: its socket is to be closed with this reason. */
  | { readonly kind: 'misbehaved'; readonly reason: string }
  /** Another page has taken over. */
  | { readonly kind: 'replaced' }
  /** The job has ended: nothing more is asked. */
  | { readonly kind: 'ended' };
