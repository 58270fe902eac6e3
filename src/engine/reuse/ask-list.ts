import type { Ask, AskAnswer } from './ask.ts';

/** Why a question got no answer: nobody waits for it any more. */
export class AsksClosed extends Error {}

interface Question<Answer> extends Pick<Ask, 'frame' | 'answer' | 'maxBytes' | 'encode'> {
  /** Reads the answer while it is in memory. @throws Failure that fails the whole job. */
  readonly read: (answer: AskAnswer) => Answer;
}

/** Questions of a rung as promises: one that was lost with its connection is asked again. */
export class AskList {
  readonly #ready: Ask[] = [];
  readonly #open = new Set<(reason: AsksClosed) => void>();
  #isClosed = false;
  readonly #onNews: () => void;

  /** @param onNews called when there is something new to ask. */
  constructor(onNews: () => void) {
    this.#onNews = onNews;
  }

  /** The next question to be asked, or null. */
  next(): Ask | null {
    return this.#ready.shift() ?? null;
  }

  /** Resolves with what `read` makes of the answer. Rejects with AsksClosed after `close`. */
  ask<Answer>({ read, ...frame }: Question<Answer>): Promise<Answer> {
    if (this.#isClosed) return Promise.reject(new AsksClosed());
    return new Promise((resolve, reject) => {
      this.#open.add(reject);
      const ask: Ask = {
        kind: 'ask',
        ...frame,
        answered: (answer) => {
          if (!this.#open.has(reject)) return;
          const result = read(answer);
          this.#open.delete(reject);
          resolve(result);
        },
        lost: () => {
          if (this.#open.has(reject)) this.#ready.push(ask);
        },
      };
      this.#ready.push(ask);
      this.#onNews();
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#ready.length = 0;
    for (const reject of this.#open) reject(new AsksClosed());
    this.#open.clear();
  }
}
