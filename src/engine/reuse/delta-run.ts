import type { ReadRequest } from './delta-window.ts';

/** Carries out a search: `read` fills what it asks for. Stops when `read` throws. */
export async function runSearch<Result>(
  search: Generator<ReadRequest, Result>,
  read: (request: ReadRequest) => Promise<void> | void,
): Promise<Result> {
  for (;;) {
    const step = search.next();
    if (step.done === true) return step.value;
    await read(step.value);
  }
}

/** The same over what is in memory already: it asks for nothing. */
export function searchHeld<Result>(search: Generator<ReadRequest, Result>): Result {
  const step = search.next();
  if (step.done !== true) throw new Error('a search of held bytes asked for more');
  return step.value;
}
