import { expect, test } from 'vitest';
import { BLOCK_BYTES } from '../wire/data-frame.ts';
import { CONTENT_AT, FrameBuffers } from './frame-buffers.ts';

test('buffers go round, and whoever finds none free waits for the next', async () => {
  const buffers = new FrameBuffers(2);
  const first = await buffers.take();
  const second = await buffers.take();
  expect(first).not.toBe(second);
  expect(first.length - CONTENT_AT).toBe(BLOCK_BYTES);
  const waiting = [buffers.take(), buffers.take()];
  buffers.give(second);
  buffers.give(first);
  expect(await waiting[0]).toBe(second);
  expect(await waiting[1]).toBe(first);
});

test('when the socket is gone nobody waits, now or later', { timeout: 2_000 }, async () => {
  const buffers = new FrameBuffers(1);
  const taken = await buffers.take();
  const waiting = buffers.take();
  buffers.close();
  expect(await waiting).not.toBe(taken);
  expect(await buffers.take()).not.toBe(taken);
});
