import { useEffect, useMemo, useRef, useState } from 'react';
import type { CopyPlace } from '../../../shared/browse.ts';
import type { PeerView } from '../../../shared/device.ts';
import { ENDED_STATES } from '../../../shared/job.ts';
import { parentOf, placeKey, topOf } from '../../format/places.ts';
import { type AppContext, useApp, useEngine } from '../../store/app-context.ts';
import { browseStore, goTo, type PaneSide, useBrowse } from '../../store/browse-store.ts';
import type { EngineState } from '../../store/engine-store.ts';
import { peerRefOf } from '../../store/peer-ref.ts';
import type { BrowseEntry } from './browse-entry.ts';
import { afterChange, goToRow, NOTHING_CHOSEN, type RowSelection } from './row-selection.ts';
import { type ListingControl, useListing } from './use-listing.ts';
import { type TypedAhead, useTypedAhead } from './use-typed-ahead.ts';

/** One half of the view: where it is, what is there, and what of it is chosen. */
export interface Pane extends ListingControl {
  readonly side: PaneSide;
  /** Where it is to be; what is shown may still be the folder before. */
  readonly place: CopyPlace;
  /** The device it shows; null is this one. */
  readonly peer: PeerView | null;
  readonly isOffline: boolean;
  /** Another folder is being opened: what is shown is still the one before. */
  readonly isGoing: boolean;
  readonly typedAhead: TypedAhead;
  readonly names: readonly string[];
  readonly selection: RowSelection;
  readonly select: (selection: RowSelection) => void;
  readonly chosen: readonly BrowseEntry[];
  /** Goes somewhere; `isByKey` takes the focus along. */
  readonly go: (place: CopyPlace, isByKey: boolean) => void;
  readonly up: (isByKey: boolean) => void;
  /** Once after every change of folder: whether the list is to take the focus. */
  readonly takeFocus: () => boolean;
}

const INBOX_ROOT = 'inbox';

/** Where this device begins: its inbox, which both hosts can name. */
export function startHere(host: AppContext['host'], inbox: string): CopyPlace {
  return host.kind === 'desktop'
    ? { peer: null, share: null, path: inbox }
    : { peer: null, share: INBOX_ROOT, path: '' };
}

/** Devices whose shares may be looked into, by name. */
export function browsablePeers(peers: EngineState['peers']): readonly PeerView[] {
  return Object.values(peers)
    .filter(({ paired, keyChanged }) => paired && !keyChanged)
    .sort((one, other) => one.name.localeCompare(other.name) || (one.shortId < other.shortId ? -1 : 1));
}

function findPeer(peers: EngineState['peers'], ref: string | null): PeerView | null {
  if (ref === null) return null;
  return Object.values(peers).find((peer) => peerRefOf(peer) === ref) ?? null;
}

/** The left one begins on this device, the right one on another, if there is any. */
function usePlace(side: PaneSide): CopyPlace {
  const { host } = useApp();
  const kept = useBrowse((state) => state.places[side]);
  const peers = useEngine((state) => state.peers);
  const inbox = useEngine((state) => state.settings.inbox);
  const isKnown = kept !== null && (kept.peer === null || findPeer(peers, kept.peer) !== null);
  const first = browsablePeers(peers).find(({ online }) => online);
  const start = side === 'left' || first === undefined ? startHere(host, inbox) : topOf(peerRefOf(first));
  const place = isKnown ? kept : start;
  // What it begins with stays, whoever comes and goes.
  const isSettled = isKnown || side === 'left' || first !== undefined;
  const key = placeKey(place);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same place stays the same object
  const settled = useMemo(() => place, [key]);
  useEffect(() => {
    if (isSettled) goTo(side, settled);
  }, [isSettled, side, settled]);
  return settled;
}

export function usePane(side: PaneSide): Pane {
  const place = usePlace(side);
  const peer = useEngine((state) => findPeer(state.peers, place.peer));
  // What a copy has brought shows when it is done.
  const ended = useEngine(
    ({ jobs }) => Object.values(jobs).filter(({ state }) => ENDED_STATES.has(state)).length,
  );
  const isOffline = peer !== null && !peer.online;
  const control = useListing(isOffline ? null : place, ended);
  const { listing } = control;
  const coming = useRef<{ readonly focus: boolean; readonly from: CopyPlace | null }>({
    focus: false,
    from: null,
  });
  const [kept, setKept] = useState({ key: '', selection: NOTHING_CHOSEN });
  const entries = listing?.entries;
  const names = useMemo(() => (entries ?? []).map(({ name }) => name), [entries]);
  const key = listing === null ? '' : placeKey(listing.place);
  const selection = useMemo(() => {
    if (kept.key === key) return afterChange(kept.selection, names);
    // Up again: where one came from is what has the focus.
    const from = coming.current.from === null ? null : placeKey(coming.current.from);
    const focus = (entries ?? []).findIndex((entry) => placeKey(entry.place) === from);
    if (focus < 0) return NOTHING_CHOSEN;
    return goToRow(NOTHING_CHOSEN, names, focus, 'one');
  }, [kept, key, names, entries]);
  const typedAhead = useTypedAhead();
  const go = (next: CopyPlace, isByKey: boolean) => {
    coming.current = { focus: isByKey, from: place };
    browseStore.setState({ active: side });
    goTo(side, next);
  };
  return {
    ...control,
    side,
    place,
    peer,
    isOffline,
    isGoing: !isOffline && key !== placeKey(place),
    typedAhead,
    names,
    selection,
    select: (next) => {
      setKept({ key, selection: next });
      browseStore.setState({ active: side });
    },
    chosen: (entries ?? []).filter(({ name }) => selection.chosen.has(name)),
    go,
    up: (isByKey) => {
      const parent = parentOf(place);
      if (parent !== null) go(parent, isByKey);
    },
    takeFocus: () => {
      const wants = coming.current.focus;
      coming.current = { ...coming.current, focus: false };
      return wants;
    },
  };
}
