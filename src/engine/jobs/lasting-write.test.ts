import { expect, it } from 'vitest';
import { Failure } from '../../shared/failure.ts';
import { writeLastingly } from './lasting-write.ts';

it('tries again while there is no room, and says so once', async () => {
  let tries = 0;
  const logged: string[] = [];
  const write = async () => {
    tries += 1;
    if (tries < 3) throw new Failure('no-space');
  };
  await writeLastingly(write, (_level, event) => logged.push(event));
  expect(tries).toBe(3);
  expect(logged).toEqual(['state-has-no-room']);
});

it('gives up where waiting does not help', async () => {
  const write = async () => {
    throw new Failure('state-unusable');
  };
  await expect(writeLastingly(write, () => undefined)).rejects.toMatchObject({ code: 'state-unusable' });
});
