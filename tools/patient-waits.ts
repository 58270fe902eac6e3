import { vi } from 'vitest';

/**
 * A condition that does not come is a failure after half a minute, not after vitest's second: machines that others
 * use too stand still for longer than that. One that comes is seen as soon as ever.
 */
const PATIENCE_MS = 30_000;

const waitFor = vi.waitFor.bind(vi);

vi.waitFor = (callback, options = {}) => {
  const { timeout = 0, ...rest } = typeof options === 'number' ? { timeout: options } : options;
  return waitFor(callback, { ...rest, timeout: Math.max(timeout, PATIENCE_MS) });
};
