import type { Translate } from '../i18n/translate.ts';

/** A time left as it is said: in steps that grow with it. */
export type LeftStep =
  | { readonly unit: 'few' }
  | { readonly unit: 'seconds' | 'minutes' | 'hours'; readonly count: number };

const MINUTE = 60;
const HOUR = 3_600;

function roundUp(seconds: number, step: number): number {
  return Math.ceil(seconds / step) * step;
}

/** The step that `seconds` falls into: 5 s, 1 min, 5 min from 10 min, 30 min from 1 h. Always rounded up. */
export function leftStep(seconds: number): LeftStep {
  if (seconds <= 5) return { unit: 'few' };
  if (seconds <= MINUTE - 5) return { unit: 'seconds', count: roundUp(seconds, 5) };
  if (seconds <= 10 * MINUTE) return { unit: 'minutes', count: Math.ceil(seconds / MINUTE) };
  if (seconds <= 55 * MINUTE) return { unit: 'minutes', count: roundUp(seconds / MINUTE, 5) };
  return { unit: 'hours', count: roundUp(seconds / HOUR, 0.5) };
}

function isSame(one: LeftStep | null, other: LeftStep | null): boolean {
  if (one === null || other === null) return one === other;
  return one.unit === other.unit && ('count' in one ? one.count : 0) === ('count' in other ? other.count : 0);
}

/** Nothing is said before a copy has run this long. */
const FIRST_MS = 3_000;
/** How long a new value must hold. */
const HOLD_MS = 2_000;
/** A value that is wrong this long goes, even if no other one held. */
const MAX_WRONG_MS = 6_000;

/** Keeps a said time left calm: it changes only to what held for 2 s. One per job. */
export class TimeLeftHolder {
  #shown: LeftStep | null = null;
  #next: LeftStep | null = null;
  #nextSinceMs = 0;
  #wrongSinceMs: number | null = null;

  /** `seconds` null: nobody can tell, or nothing moves. `sinceMs`: since when it moves. Returns what to say now. */
  update(seconds: number | null, nowMs: number, sinceMs: number): LeftStep | null {
    if (seconds === null) {
      this.#shown = null;
      this.#next = null;
      this.#wrongSinceMs = null;
      return null;
    }
    const step = leftStep(seconds);
    if (this.#shown === null) {
      if (nowMs - sinceMs >= FIRST_MS) this.#shown = step;
      return this.#shown;
    }
    if (isSame(step, this.#shown)) {
      this.#next = null;
      this.#wrongSinceMs = null;
      return this.#shown;
    }
    this.#wrongSinceMs ??= nowMs;
    if (!isSame(step, this.#next)) {
      this.#next = step;
      this.#nextSinceMs = nowMs;
    }
    if (nowMs - this.#nextSinceMs >= HOLD_MS || nowMs - this.#wrongSinceMs >= MAX_WRONG_MS) {
      this.#shown = step;
      this.#next = null;
      this.#wrongSinceMs = null;
    }
    return this.#shown;
  }
}

/** `about 4 min left`. */
export function timeLeftText(step: LeftStep, t: Translate, locale: string): string {
  if (step.unit === 'few') return t('left.few');
  return t(`left.${step.unit}`, { n: new Intl.NumberFormat(locale).format(step.count) });
}
