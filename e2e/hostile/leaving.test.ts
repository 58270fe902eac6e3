import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeDevice, offerOf } from './fake-device.ts';
import { copyHonestly, Victim } from './victim.ts';

/** Paired devices that are gone before they are answered, as when they lose their power. */

const TIMES = 20;
let victim: Victim;
let honest: Victim;
let device: FakeDevice;

beforeAll(async () => {
  [victim, honest, device] = await Promise.all([Victim.start('paired'), Victim.start(), FakeDevice.start()]);
  const peer = await victim.pair(device);
  peer.connection.destroy();
});

afterAll(async () => {
  await Promise.all([victim[Symbol.asyncDispose](), honest[Symbol.asyncDispose](), device.stop()]);
});

const questions = [
  ['offer', () => offerOf()],
  ['order', () => offerOf({ into: { share: 'none', way: Buffer.alloc(0) } })],
  ['question about a job', () => ({ kind: 'job-query', job: '0'.repeat(32) })],
  ['question what became of a job', () => ({ kind: 'job-verify', job: '0'.repeat(32) })],
  ['wish to have a job again', () => ({ kind: 'job-again', job: '0'.repeat(32), only: 'all' })],
] as const;

// An answer that cannot be given any more would end the whole process, which fails this file.
it.each(questions)('gone right behind their %s', async (_name, question) => {
  for (let time = 0; time < TIMES; time += 1) {
    const peer = await device.dialControl(victim.port);
    peer.send({ ...question() });
    peer.connection.socket.destroySoon();
    await peer.connection.closed;
  }
  expect(await copyHonestly(honest, victim)).toBe('done');
});

it('are not told that a job is unknown which is being taken', async () => {
  const quick = await FakeDevice.start();
  const peer = await victim.pair(quick);
  const offer = offerOf();
  peer.send({ ...offer });
  peer.send({ kind: 'job-query', job: offer.job });
  const answers: unknown[] = [];
  while (answers.length < 2) {
    const { kind } = await peer.next();
    if (kind === 'offer-answer' || kind === 'job-update' || kind === 'job-unknown') answers.push(kind);
  }
  expect(answers).toEqual(expect.arrayContaining(['offer-answer', 'job-update']));
  await victim.call('jobs.cancel', { job: offer.job, keep: 'nothing' });
  await quick.stop();
});
