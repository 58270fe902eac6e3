import { ChevronRight, FolderPlus, FolderSearch } from 'lucide-react';
import { Fragment } from 'react';
import { Button } from 'react-aria-components';
import { escapeText } from '../../../shared/escape.ts';
import { crumbsOf, topOf } from '../../format/places.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { peerRefOf } from '../../store/peer-ref.ts';
import { ActionMenu } from '../../ui/action-menu.tsx';
import { Choice } from '../../ui/choice.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { useWidth } from '../../ui/use-width.ts';
import { crumbLabel, type RootNames } from './crumb-label.ts';
import { browsablePeers, type Pane, startHere } from './use-pane.ts';

const HERE = 'here';
/** More steps than this are folded into a menu; so many stay beside it, at the start and at the end. */
const SHOWN_CRUMBS = {
  narrow: { most: 2, first: 0, last: 1 },
  medium: { most: 4, first: 1, last: 2 },
  wide: { most: 4, first: 1, last: 2 },
} as const;

function DeviceChoice({ pane }: { readonly pane: Pane }) {
  const t = useTranslate();
  const { host } = useApp();
  const here = useEngine((state) => state.device.name);
  const inbox = useEngine((state) => state.settings.inbox);
  const peers = useEngine((state) => state.peers);
  const options = [
    { value: HERE, label: t('browse.here', { name: escapeText(here) }), short: escapeText(here) },
    ...browsablePeers(peers).map((peer) => ({
      value: peerRefOf(peer),
      label: peer.online ? escapeText(peer.name) : t('browse.offlineName', { name: escapeText(peer.name) }),
    })),
  ];
  return (
    <Choice
      label={t(`browse.device.${pane.side}`)}
      value={pane.place.peer ?? HERE}
      options={options}
      onChange={(value) => pane.go(value === HERE ? startHere(host, inbox) : topOf(value), false)}
      className="min-w-0 flex-1"
    />
  );
}

interface CrumbsProps {
  readonly pane: Pane;
  readonly roots: RootNames;
}

function Crumbs({ pane, roots }: CrumbsProps) {
  const t = useTranslate();
  const crumbs = crumbsOf(pane.place);
  const { most, first, last } = SHOWN_CRUMBS[useWidth()];
  const isFolded = crumbs.length > most;
  const folded = isFolded ? crumbs.slice(first, -last) : [];
  const shown = isFolded ? [...crumbs.slice(0, first), null, ...crumbs.slice(-last)] : crumbs;
  return (
    <nav aria-label={t(`browse.path.${pane.side}`)} className="min-w-0 flex-1">
      <ol className="flex h-10 min-w-0 items-center text-13 medium:h-8">
        {shown.map((crumb, index) => {
          const isLast = index === shown.length - 1;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its place in the row
            <Fragment key={index}>
              {index > 0 && (
                <ChevronRight size={14} strokeWidth={1.75} aria-hidden className="shrink-0 text-text-3" />
              )}
              <li className={isLast ? 'min-w-12 shrink' : 'min-w-6 shrink-[3]'}>
                {crumb === null ? (
                  <ActionMenu
                    label={t('browse.between')}
                    entries={folded.map((each, at) => ({
                      id: String(at),
                      label: escapeText(crumbLabel(each, roots, t)),
                    }))}
                    onAction={(id) => {
                      const place = folded[Number(id)]?.place;
                      if (place !== undefined) pane.go(place, false);
                    }}
                  />
                ) : (
                  <Button
                    aria-current={isLast ? 'page' : 'false'}
                    onPress={() => pane.go(crumb.place, false)}
                    className={`flex h-8 max-w-full min-w-0 cursor-default items-center rounded-control px-1.5 -outline-offset-2 data-hovered:bg-sunken ${isLast ? 'font-medium' : 'text-text-2'}`}
                  >
                    <NameText name={crumbLabel(crumb, roots, t)} />
                  </Button>
                )}
              </li>
            </Fragment>
          );
        })}
      </ol>
    </nav>
  );
}

export interface PaneHeadProps {
  readonly pane: Pane;
  readonly roots: RootNames;
  readonly onNewFolder: () => void;
}

/** Which device, which folder of it, and what can be made there. */
export function PaneHead({ pane, roots, onNewFolder }: PaneHeadProps) {
  const t = useTranslate();
  const { host } = useApp();
  const isDesktopHere = host.kind === 'desktop' && pane.place.peer === null;
  const choose = async () => {
    const path = await host.pickFolder(pane.place.path);
    if (path !== null) pane.go({ peer: null, share: null, path }, false);
  };
  return (
    // One line where the panes are one: every line less is a row more.
    <div className="flex min-w-0 items-center gap-1 border-b border-line bg-surface px-2 pt-2 pb-1 medium:flex-col medium:items-stretch">
      <div className="flex min-w-0 shrink-0 basis-[55%] items-center gap-1 medium:basis-auto">
        <DeviceChoice pane={pane} />
        {isDesktopHere && (
          <IconButton icon={FolderSearch} label={t('browse.choose')} onPress={() => void choose()} />
        )}
        <IconButton
          icon={FolderPlus}
          label={t('browse.newFolder')}
          onPress={onNewFolder}
          className={pane.listing?.canWrite === true ? '' : 'invisible'}
        />
      </div>
      <Crumbs pane={pane} roots={roots} />
    </div>
  );
}
