import { InvalidArgumentError } from 'commander';

/** Name of a device as a person gives it. The engine takes out what a terminal must not show. */
export function parseName(text: string): string {
  if (!/[\p{L}\p{N}\p{S}\p{P}]/u.test(text)) throw new InvalidArgumentError('A name cannot be empty.');
  return text;
}
