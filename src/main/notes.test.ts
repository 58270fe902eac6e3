import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { HostNote } from '../shared/host-api.ts';
import { Notes, type ShownNote } from './notes.ts';

class FakeNote extends EventEmitter implements ShownNote {
  readonly text: HostNote;
  state: 'made' | 'shown' | 'closed' = 'made';

  constructor(text: HostNote) {
    super();
    this.text = text;
  }

  show(): void {
    this.state = 'shown';
  }

  close(): void {
    this.state = 'closed';
    this.emit('closed');
  }

  onClick(listener: () => void): void {
    this.on('click', listener);
  }

  onAction(listener: (index: number) => void): void {
    this.on('action', listener);
  }

  onFailed(listener: () => void): void {
    this.on('failed', listener);
  }

  onClosed(listener: () => void): void {
    this.on('closed', listener);
  }
}

function setUp(supported = true): { notes: Notes; made: FakeNote[]; said: unknown[] } {
  const made: FakeNote[] = [];
  const said: unknown[] = [];
  const notes = new Notes({
    make: (text) => {
      if (!supported) return null;
      const note = new FakeNote(text);
      made.push(note);
      return note;
    },
    onPressed: (note, action) => said.push([note, action]),
    onFailed: (note) => said.push([note, 'failed']),
  });
  return { notes, made, said };
}

const request: HostNote = {
  id: 'job-1',
  title: 'Attic laptop wants to send 214 files',
  body: '3.20 GB',
  actions: [
    { id: 'accept', label: 'Accept' },
    { id: 'decline', label: 'Decline' },
  ],
};

test('a button is told by its id, once, and the note is gone', () => {
  const { notes, made, said } = setUp();
  notes.show(request);
  expect(made[0]?.state).toBe('shown');
  made[0]?.emit('action', 1);
  made[0]?.emit('action', 0);
  made[0]?.emit('click');
  expect(said).toEqual([['job-1', 'decline']]);
  expect(made[0]?.state).toBe('closed');
});

test('pressing the note itself, or a button nobody knows, is told without one', () => {
  const { notes, made, said } = setUp();
  notes.show(request);
  made[0]?.emit('click');
  notes.show({ ...request, id: 'job-2' });
  made[1]?.emit('action', 9);
  expect(said).toEqual([
    ['job-1', null],
    ['job-2', null],
  ]);
});

test('the same id replaces, and the old one says nothing any more', () => {
  const { notes, made, said } = setUp();
  notes.show(request);
  notes.show({ ...request, title: 'at least 300 files' });
  expect(made.map(({ state }) => state)).toEqual(['closed', 'shown']);
  made[0]?.emit('action', 0);
  expect(said).toEqual([]);
});

test('a system that shows nothing is told', () => {
  const none = setUp(false);
  none.notes.show(request);
  const refused = setUp();
  refused.notes.show(request);
  refused.made[0]?.emit('failed');
  expect([none.said, refused.said]).toEqual([[['job-1', 'failed']], [['job-1', 'failed']]]);
});

test('an answered request takes its note away, and twenty are enough', () => {
  const { notes, made, said } = setUp();
  notes.show(request);
  notes.dismiss('job-1');
  notes.dismiss('job-1');
  for (let index = 0; index < 25; index += 1) notes.show({ ...request, id: `n-${index}` });
  expect(made.filter(({ state }) => state === 'shown')).toHaveLength(20);
  notes.dismissAll();
  expect(made.every(({ state }) => state === 'closed')).toBe(true);
  expect(said).toEqual([]);
});
