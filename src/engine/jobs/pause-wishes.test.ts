import { expect, onTestFinished, test } from 'vitest';
import type { JobId } from '../../shared/ids.ts';
import { type JobView, NO_PROGRESS } from '../../shared/job.ts';
import type { Link } from '../link/link.ts';
import type { LinkMessage, LinkMessageOf } from '../wire/control-messages.ts';
import type { JobBook, LiveJob } from './job-book.ts';
import { PauseWishes } from './pause-wishes.ts';

const job = 'ab'.repeat(16) as JobId;

/** Wishes for one job, what is said of it on its link, and how it is shown. */
function start(view: Partial<JobView> = {}) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const live = { key: { job }, view: { pausedBy: null, ...view } } as LiveJob;
  const update = (_: LiveJob, change: Partial<JobView>) => {
    live.view = { ...live.view, ...change };
  };
  const book = { update } as unknown as JobBook;
  const said: LinkMessage['kind'][] = [];
  const link = { tell: (message: LinkMessage) => said.push(message.kind) } as unknown as Link;
  return { wishes: new PauseWishes({ book, signal: stop.signal }), live, link, said };
}

function news(more: Partial<LinkMessageOf<'job-update'>>): LinkMessageOf<'job-update'> {
  const still = { state: 'running', waitingFor: null, pausedBy: null, question: null } as const;
  return { kind: 'job-update', job, ...still, progress: NO_PROGRESS as never, ...more };
}

const PAUSED = { state: 'waiting', waitingFor: 'paused', pausedBy: 'peer' } as const;

test('a wish is told again until the destination shows that it holds', async () => {
  const { wishes, live, link, said } = start();
  let holds = false;
  const wished = wishes.wish(live, 'pause', link).then(() => {
    holds = true;
  });
  wishes.seen(news({}), link);
  await Promise.resolve();
  expect(holds).toBe(false);
  expect(said).toEqual(['job-pause', 'job-pause']);
  wishes.seen(news(PAUSED), link);
  await wished;
  wishes.seen(news({}), link);
  wishes.tell(job, link);
  expect(said).toHaveLength(2);
});

test('while the destination is away it shows at once, and is told when it is back', async () => {
  const { wishes, live, link, said } = start();
  await wishes.wish(live, 'pause', null);
  expect(live.view).toMatchObject({ ...PAUSED, pausedBy: 'here' });
  wishes.tell(job, link);
  expect(said).toEqual(['job-pause']);
  // A later wish takes the place of an earlier one.
  await wishes.wish(live, 'resume', null);
  expect(live.view).toMatchObject({ waitingFor: 'peer', pausedBy: null });
  wishes.tell(job, link);
  expect(said).toEqual(['job-pause', 'job-resume']);
});

test('what is so already is not asked for', async () => {
  const { wishes, live, link, said } = start({ pausedBy: 'peer' });
  await wishes.wish(live, 'pause', link);
  expect(said).toEqual([]);
});

test('a destination that forgot a paused job has it paused again', async () => {
  const { wishes, live, link, said } = start({ pausedBy: 'here' });
  wishes.again(live);
  wishes.tell(job, link);
  expect(said).toEqual(['job-pause']);
});

test('the end of the job ends the wait, and so does one that is finishing', async () => {
  const first = start();
  const ended = first.wishes.wish(first.live, 'pause', first.link);
  first.wishes.forget(job);
  await ended;
  const second = start();
  const finishing = second.wishes.wish(second.live, 'pause', second.link);
  second.wishes.seen(news({ state: 'finishing' }), second.link);
  await finishing;
});
