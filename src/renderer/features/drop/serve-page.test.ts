import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Failure } from '../../../shared/failure.ts';
import { HeldSelection } from '../../ports/page-files/held-selection.ts';
import type { AppContext } from '../../store/app-context.ts';
import { pageSources } from '../../store/page-sources.ts';
import { resumeLostPages, servePage } from './serve-page.ts';

/** A socket as a browser makes it; the test decides how it ends. */
class FakeSocket extends EventTarget {
  static readonly made: FakeSocket[] = [];
  readonly url: string;
  binaryType = '';

  constructor(url: string) {
    super();
    this.url = url;
    FakeSocket.made.push(this);
  }

  send(): void {}

  end(code: number): void {
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }
}

const selection = new HeldSelection(
  [{ kind: 'file', name: 'a', content: () => Promise.resolve(new File(['x'], 'a')) }],
  'kept',
);
let asked: string[];
let answers: (Failure | string)[];
let leaving: AbortController;

/** An engine that answers `page.resume` with what the test has prepared: a ticket, or a failure. */
function connect(): void {
  leaving = new AbortController();
  const call = async (name: string, { job }: { job: string }) => {
    asked.push(`${name} ${job}`);
    const answer = answers.shift() ?? new Failure('unknown-job');
    if (answer instanceof Failure) throw answer;
    return { ticket: answer };
  };
  resumeLostPages({ engine: { call } } as unknown as AppContext, leaving.signal);
}

beforeEach(() => {
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('location', { host: 'device:1' });
  vi.useFakeTimers();
  FakeSocket.made.length = 0;
  asked = [];
  answers = [];
  connect();
});

afterEach(() => {
  leaving.abort();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const urls = () => FakeSocket.made.map(({ url }) => url);

test('a connection that is lost is made again, for as long as that takes', async () => {
  answers = [new Failure('peer-gone'), 'again'];
  servePage(selection, 'first', ['j1', 'j2']);
  FakeSocket.made[0]?.end(1006);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual(['page.resume j1']);
  expect(pageSources.isBusy).toBe(true);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toEqual(['page.resume j1', 'page.resume j1']);
  expect(urls()).toEqual(['first', 'again'].map((ticket) => `ws://device:1/page-files?ticket=${ticket}`));
  FakeSocket.made[1]?.end(1000);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(FakeSocket.made).toHaveLength(2);
  expect(pageSources.isBusy).toBe(false);
});

test('the jobs that have ended are passed over, and with the last of them it is over', async () => {
  answers = [new Failure('unknown-job'), 'again'];
  servePage(selection, 'first', ['j1', 'j2']);
  FakeSocket.made[0]?.end(1001);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual(['page.resume j1', 'page.resume j2']);
  FakeSocket.made[1]?.end(4408);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked.slice(2)).toEqual(['page.resume j1', 'page.resume j2']);
  expect(FakeSocket.made).toHaveLength(2);
  expect(pageSources.isBusy).toBe(false);
});

test('what was lost while the engine was out of reach goes on with the next connection', async () => {
  servePage(selection, 'first', ['j1']);
  leaving.abort();
  FakeSocket.made[0]?.end(1006);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual([]);
  answers = ['again'];
  connect();
  await vi.advanceTimersByTimeAsync(0);
  expect(urls()).toHaveLength(2);
  FakeSocket.made[1]?.end(1000);
  await vi.advanceTimersByTimeAsync(0);
  expect(pageSources.isBusy).toBe(false);
});

test.for([4409, 4400])('a page that was told to go (%i) does not come back', async (code) => {
  servePage(selection, 'first', ['j1']);
  FakeSocket.made[0]?.end(code);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual([]);
  expect(pageSources.isBusy).toBe(false);
});
