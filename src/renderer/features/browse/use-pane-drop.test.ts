import { expect, test } from 'vitest';
import type { CopyPlace } from '../../../shared/browse.ts';
import { canDropInto } from './use-pane-drop.ts';

function at(share: string | null, path: string, peer: string | null = 'nas'): CopyPlace {
  return { peer, share, path };
}

const drag = { from: [at('Media', 'a/b')], folder: at('Media', 'a'), overPeer: null };

test.each<[string, CopyPlace, boolean]>([
  ['the folder it is in', at('Media', 'a'), false],
  ['itself', at('Media', 'a/b'), false],
  ['a folder in it', at('Media', 'a/b/c'), false],
  ['a folder that is only called alike', at('Media', 'a/bc'), true],
  ['another folder of the share', at('Media', ''), true],
  ['another share', at('Music', 'a'), true],
  ['the same path on another device', at('Media', 'a', 'studio'), true],
  ['the list of shares, which holds nothing else', at(null, ''), false],
])('into %s', (_name, folder, isPossible) => {
  expect(canDropInto(drag, folder)).toBe(isPossible);
});
