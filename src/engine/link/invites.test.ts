import { afterEach, expect, test, vi } from 'vitest';
import { formatOneTimeCode } from '../identity/one-time-code.ts';
import { CodeBook, MAX_WRONG_TRIES } from './code-book.ts';
import { controlSamples } from './testing/control-samples.ts';
import { never, startTestDevice, type TestDevice, type TestDeviceOptions, until } from './testing/devices.ts';

const started: TestDevice[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(started.splice(0).map((device) => device.stop()));
});

async function start(options?: TestDeviceOptions): Promise<TestDevice> {
  const device = await startTestDevice(options);
  started.push(device);
  return device;
}

/** The code with its last character changed: right device, wrong secret. */
function wrongSecret(code: string): string {
  return code.slice(0, -1) + (code.endsWith('0') ? '1' : '0');
}

test('an invite pairs both: the joiner gets the trust of the invite, the inviter is `other`', async () => {
  const [a, b] = [await start({ name: 'Inviter' }), await start({ name: 'Joiner' })];
  const { code } = a.invites.create('mine');
  expect(await b.invites.join(a.address, ` ${code.toLowerCase()} `, never())).toEqual({
    id: a.identity.id,
    name: 'Inviter',
    trust: 'other',
  });
  expect(b.paired.get(a.identity.id)?.trust).toBe('other');
  expect(a.paired.get(b.identity.id)).toEqual({ id: b.identity.id, name: 'Joiner', trust: 'mine' });
  expect(b.links.get(a.identity.id)?.admission).toBe('paired');
});

test('single use: the second joiner hears that it has expired', async () => {
  const [a, b, c] = [await start(), await start(), await start()];
  const { code } = a.invites.create('other');
  await b.invites.join(a.address, code, never());
  await expect(c.invites.join(a.address, code, never())).rejects.toMatchObject({ code: 'expired' });
  expect(a.paired.has(c.identity.id)).toBe(false);
  expect(c.paired.size).toBe(0);
});

test('five wrong tries, from all together, and the right code is worth nothing', async () => {
  const a = await start();
  const { code } = a.invites.create('other');
  for (let attempt = 0; attempt < MAX_WRONG_TRIES; attempt += 1) {
    const b = await start();
    await expect(b.invites.join(a.address, wrongSecret(code), never())).rejects.toMatchObject({
      code: 'wrong-code',
    });
  }
  const b = await start();
  await expect(b.invites.join(a.address, code, never())).rejects.toMatchObject({ code: 'expired' });
  expect(a.paired.size).toBe(0);
});

test('four wrong tries do not matter', async () => {
  const [a, b] = [await start(), await start()];
  const { code } = a.invites.create('other');
  for (let attempt = 1; attempt < MAX_WRONG_TRIES; attempt += 1) {
    await expect(b.invites.join(a.address, wrongSecret(code), never())).rejects.toMatchObject({
      code: 'wrong-code',
    });
  }
  await b.invites.join(a.address, code, never());
});

test('ten minutes', () => {
  vi.useFakeTimers();
  const context = {
    initiator: '1'.repeat(64),
    responder: '2'.repeat(64),
    keyingMaterial: Buffer.alloc(32),
  } as never;
  const book = new CodeBook<null>('2'.repeat(64) as never);
  const { expiresMs } = book.issue(null);
  expect(expiresMs).toBe(Date.now() + 600_000);
  vi.setSystemTime(expiresMs);
  expect(book.judge(Buffer.alloc(32), context).kind).toBe('wrong');
});

test('an invite that has run out, or was taken back', async () => {
  const [a, b] = [await start(), await start()];
  vi.useFakeTimers({ toFake: ['Date'] });
  const old = a.invites.create('other');
  vi.setSystemTime(old.expiresMs);
  await expect(b.invites.join(a.address, old.code, never())).rejects.toMatchObject({ code: 'expired' });
  const cancelled = a.invites.create('other');
  a.invites.cancelCode(cancelled.codeId);
  await expect(b.invites.join(a.address, cancelled.code, never())).rejects.toMatchObject({ code: 'expired' });
});

test('a code of another device: nothing is sent to this one', async () => {
  const [a, b] = [await start(), await start()];
  const foreign = formatOneTimeCode(b.identity.id, Buffer.alloc(5, 7));
  const c = await start();
  await expect(c.invites.join(a.address, foreign, never())).rejects.toMatchObject({ code: 'wrong-code' });
  await expect(c.invites.redeem(a.address, foreign, never())).rejects.toMatchObject({ code: 'wrong-code' });
  await expect(c.invites.join(a.address, 'not a code', never())).rejects.toMatchObject({
    code: 'wrong-code',
  });
  expect(a.received).toEqual([]);
  expect(a.links.list()).toEqual([]);
});

test('a send code admits its receiver to one job and nothing else, without pairing', async () => {
  const [sender, receiver] = [await start(), await start()];
  const { code, codeId } = sender.invites.createSendCode();
  const sample = controlSamples.find((each) => each.kind === 'redeemed');
  if (sample === undefined) throw new Error('no sample');
  const redeeming = receiver.invites.redeem(sender.address, code, never());
  await until(() => sender.redeemed.length === 1);
  const [first] = sender.redeemed;
  expect(first?.codeId).toBe(codeId);
  first?.link.admitJob(sample.job);
  first?.link.send(sample);
  const { link, redeemed } = await redeeming;
  expect(redeemed.job).toBe(sample.job);
  expect([...link.admittedJobs]).toEqual([sample.job]);
  link.send({ kind: 'job-query', job: sample.job });
  await until(() => sender.received.some(({ message }) => message.kind === 'job-query'));
  expect([sender.paired.size, receiver.paired.size]).toEqual([0, 0]);
  link.send({ kind: 'job-query', job: '00'.repeat(16) as never });
  expect(await link.closed).toMatchObject({ code: 'not-paired' });
  expect(await first?.link.closed).toMatchObject({ code: 'peer-misbehaved' });
});

test('an invite is no send code, and the other way round; a redeem refused ends the wait', async () => {
  const [a, b] = [await start(), await start()];
  const invite = a.invites.create('other');
  const send = a.invites.createSendCode();
  await expect(b.invites.redeem(a.address, invite.code, never())).rejects.toMatchObject({
    code: 'wrong-code',
  });
  await expect(b.invites.join(a.address, send.code, never())).rejects.toMatchObject({ code: 'wrong-code' });
  const abort = new AbortController();
  const waiting = b.invites.redeem(a.address, send.code, abort.signal);
  await until(() => a.redeemed.length === 1);
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
});

test('a pin that cannot be stored fails the join, and the joiner stores nothing', async () => {
  const [a, b] = [await start({ storePeer: () => Promise.reject(new Error('disk')) }), await start()];
  await expect(b.invites.join(a.address, a.invites.create('other').code, never())).rejects.toMatchObject({
    code: 'internal',
  });
  expect(b.paired.size).toBe(0);
});

test('`joined` or `redeemed` that nobody asked for ends the link', async () => {
  const [a, b] = [await start(), await start()];
  const link = await b.links.openByAddress(a.address, never());
  link.send({ kind: 'joined' });
  await until(() => a.links.list().length === 0);
  expect(await link.closed).toMatchObject({ code: 'peer-gone' });
});
