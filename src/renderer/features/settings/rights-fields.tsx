import { Label, Radio, RadioGroup } from 'react-aria-components';
import type { PeerView } from '../../../shared/device.ts';
import { escapeText } from '../../../shared/escape.ts';
import { countText } from '../../format/numbers.ts';
import { ACCESSES, type Access, type ShareRights } from '../../format/share-access.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { Choice } from '../../ui/choice.tsx';
import { DeviceKindIcon } from '../../ui/device-kind-icon.tsx';
import { NameText } from '../../ui/name-text.tsx';

const WHO = ['mine', 'some'] as const;

export interface RightsFieldsProps {
  readonly rights: ShareRights;
  /** One's own devices. */
  readonly peers: readonly PeerView[];
  readonly onChange: (rights: ShareRights) => void;
}

/** Which of one's own devices may open a folder, and what they may do there. */
export function RightsFields({ rights, peers, onChange }: RightsFieldsProps) {
  const t = useTranslate();
  const locale = useLanguage();
  const accessOptions = (values: readonly Access[]) =>
    values.map((value) => ({ value, label: t(`sharing.access.${value}`) }));
  if (peers.length === 0 && rights.who === 'mine') {
    return <p className="text-13 text-text-2">{t('sharing.noOwn')}</p>;
  }
  return (
    <div className="flex flex-col gap-3">
      <RadioGroup
        value={rights.who}
        onChange={(value) => {
          const who = WHO.find((each) => each === value);
          if (who !== undefined) onChange({ ...rights, who });
        }}
        className="flex flex-col"
      >
        <Label className="pb-1 text-13 font-medium text-text-2">{t('sharing.who')}</Label>
        {WHO.map((who) => (
          <Radio
            key={who}
            value={who}
            className="group flex min-h-10 cursor-default items-center gap-3 rounded-control px-2 data-hovered:bg-sunken medium:min-h-8"
          >
            <span
              aria-hidden
              className="flex size-4 shrink-0 items-center justify-center rounded-full border border-edge group-data-selected:border-[5px] group-data-selected:border-accent"
            />
            {t(`sharing.who.${who}`, { count: peers.length, n: countText(peers.length, locale) })}
          </Radio>
        ))}
      </RadioGroup>
      {rights.who === 'mine' ? (
        <div className="flex flex-col gap-1">
          <span aria-hidden className="text-13 font-medium text-text-2">
            {t('sharing.access')}
          </span>
          <Choice
            label={t('sharing.access')}
            value={rights.all}
            options={accessOptions(['read', 'write'])}
            onChange={(all) => all !== 'none' && onChange({ ...rights, all })}
            className="w-full"
          />
        </div>
      ) : (
        <ul className="flex flex-col gap-1">
          {peers.map((peer) => (
            <li key={peer.shortId} className="flex min-w-0 items-center gap-3">
              <DeviceKindIcon kind={peer.kind} className="text-text-2" />
              <NameText name={peer.name} className="flex-1" />
              <Choice
                label={t('sharing.accessOf', { name: escapeText(peer.name) })}
                value={rights.each[peer.id ?? ''] ?? 'none'}
                options={accessOptions(ACCESSES)}
                onChange={(access) =>
                  onChange({ ...rights, each: { ...rights.each, [peer.id ?? '']: access } })
                }
                className="w-44 shrink-0"
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
