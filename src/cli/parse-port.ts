import { InvalidArgumentError } from 'commander';

const MAX_PORT = 65_535;

/** A port number for commander; 0 is a free one. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > MAX_PORT)
    throw new InvalidArgumentError(`A port is 0 to ${MAX_PORT}.`);
  return port;
}
