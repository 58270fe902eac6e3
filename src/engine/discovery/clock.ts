/** Time as discovery needs it; a part of its own, so that tests need not wait for long intervals. */
export interface Clock {
  /** Unix ms. */
  nowMs(): number;
  /** Calls once after `delayMs`; the returned function cancels and is safe to call at any time. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
