import { beforeEach, expect, test, vi } from 'vitest';
import type { DeviceId, JobId } from '../../shared/ids.ts';
import { JobQueue, MAX_PULLS_AT_ONCE } from './job-queue.ts';

const ANNA = 'anna' as DeviceId;
const BERT = 'bert' as DeviceId;
const id = (name: string) => name as JobId;

/** What the queue has told since it was last asked. */
let told: string[] = [];
let queue: JobQueue;

beforeEach(() => {
  told = [];
  queue = new JobQueue({
    onTurn: (job) => told.push(`${job} goes`),
    onHold: (job) => told.push(`${job} holds`),
    onPlace: (job, place) => told.push(`${job} ${place}`),
  });
});

function news(): string[] {
  return told.splice(0);
}

/** As many as may move, named a, b, c. */
function fill(): void {
  for (const job of ['a', 'b', 'c'].slice(0, MAX_PULLS_AT_ONCE)) {
    expect(queue.enter(id(job), ANNA, false)).toBe(true);
  }
}

/** Those, and d, e and f waiting. */
function fillAndQueue(): void {
  fill();
  for (const job of ['d', 'e', 'f']) expect(queue.enter(id(job), ANNA, false)).toBe(false);
  news();
}

test('three move, the others wait in the order they came, and each end lets the next go', () => {
  fill();
  expect(news()).toEqual([]);
  expect([queue.enter(id('d'), ANNA, false), queue.enter(id('e'), ANNA, false)]).toEqual([false, false]);
  expect(news()).toEqual(['d 1', 'e 2']);
  queue.leave(id('b'));
  expect(news()).toEqual(['d goes', 'd null', 'e 1']);
  queue.leave(id('e'));
  queue.leave(id('a'));
  expect(news()).toEqual([]);
  expect(queue.enter(id('g'), ANNA, false)).toBe(true);
});

test('nobody waits behind all that another source has ordered', () => {
  fillAndQueue();
  expect(queue.enter(id('quiet'), BERT, false)).toBe(true);
  expect(queue.enter(id('second'), BERT, false)).toBe(false);
  expect(news()).toEqual(['second 4']);
  queue.leave(id('quiet'));
  expect(news()).toEqual(['second goes', 'second null']);
  // One more than there is room for: the first that ends lets nobody go.
  queue.leave(id('a'));
  expect(news()).toEqual([]);
  queue.leave(id('b'));
  expect(news()).toEqual(['d goes', 'd null', 'e 1', 'f 2']);
});

test('an urgent one waits for nobody, and counts', () => {
  fill();
  expect(queue.enter(id('own'), BERT, true)).toBe(true);
  queue.enter(id('d'), ANNA, false);
  queue.leave(id('a'));
  expect(news()).toEqual(['d 1']);
  queue.leave(id('b'));
  expect(news()).toEqual(['d goes', 'd null']);
  queue.heard(id('own'), 'paused');
  fillAgain();
  queue.heard(id('own'), 'turn');
  expect(news()).toEqual(['own goes']);
});

function fillAgain(): void {
  for (const job of ['x', 'y', 'z']) queue.enter(id(job), ANNA, false);
  news();
}

test.each(['paused', 'answer'] as const)(
  'one that waits (%s) gives its place, and is next after it',
  (wait) => {
    fillAndQueue();
    queue.heard(id('a'), wait);
    expect(news()).toEqual(['a holds', 'd goes', 'd null', 'e 1', 'f 2']);
    queue.heard(id('a'), wait);
    expect(news()).toEqual([]);
    queue.heard(id('a'), 'turn');
    expect(news()).toEqual(['a 1', 'e 2', 'f 3']);
    queue.leave(id('c'));
    expect(news()).toEqual(['a goes', 'a null', 'e 1', 'f 2']);
  },
);

test('one that could go on while there is room does', () => {
  fill();
  queue.heard(id('a'), 'paused');
  news();
  queue.heard(id('a'), 'turn');
  expect(news()).toEqual(['a goes']);
  // What it said before it heard of it.
  queue.heard(id('a'), 'turn');
  expect(news()).toEqual([]);
});

test('a queued one that is paused leaves the queue', () => {
  fillAndQueue();
  queue.heard(id('d'), 'turn');
  queue.heard(id('d'), 'paused');
  expect(news()).toEqual(['d null', 'e 1', 'f 2']);
  queue.leave(id('a'));
  expect(news()).toEqual(['e goes', 'e null', 'f 1']);
});

test('a source that is away for a moment costs nothing, for longer the place', () => {
  vi.useFakeTimers();
  try {
    fillAndQueue();
    queue.heard(id('a'), 'peer');
    vi.advanceTimersByTime(4_000);
    queue.heard(id('a'), null);
    vi.advanceTimersByTime(60_000);
    expect(news()).toEqual([]);
    queue.heard(id('a'), 'peer');
    vi.advanceTimersByTime(4_000);
    queue.heard(id('a'), 'page');
    vi.advanceTimersByTime(1_000);
    expect(news()).toEqual(['a holds', 'd goes', 'd null', 'e 1', 'f 2']);
    queue.heard(id('b'), 'peer');
    queue.leave(id('b'));
    news();
    vi.advanceTimersByTime(60_000);
    expect(news()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('the queue is put in another order, and only what changed is told', () => {
  fillAndQueue();
  queue.move(id('f'), id('d'));
  expect(news()).toEqual(['d 2', 'e 3', 'f 1']);
  queue.move(id('f'), id('d'));
  queue.move(id('d'), id('d'));
  expect(news()).toEqual([]);
  queue.move(id('d'), null);
  expect(news()).toEqual(['d 3', 'e 2']);
  for (const [job, before] of [
    ['a', null],
    ['d', id('a')],
    ['nobody', null],
  ] as const) {
    expect(() => queue.move(id(job), before)).toThrow(expect.objectContaining({ code: 'usage' }));
  }
});

test('a source moves its own jobs among themselves and no others', () => {
  fill();
  for (const [job, source] of [
    ['moves', BERT],
    ['d', ANNA],
    ['e', BERT],
    ['f', ANNA],
    ['g', BERT],
  ] as const) {
    queue.enter(id(job), source, false);
  }
  news();
  queue.moveForSource(ANNA, id('f'), id('d'));
  expect(news()).toEqual(['d 3', 'f 1']);
  queue.moveForSource(ANNA, id('g'), id('d'));
  queue.moveForSource(ANNA, id('d'), id('e'));
  queue.moveForSource(BERT, id('nobody'), null);
  expect(news()).toEqual([]);
});
