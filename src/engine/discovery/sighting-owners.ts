import { MAX_SIGHTINGS } from './discovery.ts';

/** Which row the announcement with a tag belongs to; bounded, the longest unheard goes first. */
export class SightingOwners {
  readonly #keys = new Map<string, string>();

  get(tag: string): string | undefined {
    return this.#keys.get(tag);
  }

  set(tag: string, key: string): void {
    this.#keys.delete(tag);
    this.#keys.set(tag, key);
    for (const old of this.#keys.keys()) {
      if (this.#keys.size <= MAX_SIGHTINGS) break;
      this.#keys.delete(old);
    }
  }

  delete(tag: string): void {
    this.#keys.delete(tag);
  }
}
