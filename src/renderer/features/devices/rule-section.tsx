import type { AcceptRule, PeerView } from '../../../shared/device.ts';
import type { Place } from '../../../shared/place.ts';
import type { RuleHours } from '../../../shared/rule-hours.ts';
import { useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { peerRefOf } from '../../store/peer-ref.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { FailureText } from '../../ui/failure-text.tsx';
import { NameText } from '../../ui/name-text.tsx';
import { PhraseWithName } from '../../ui/phrase-with-name.tsx';
import { SizeLimit } from '../../ui/size-limit.tsx';
import { useCall } from '../../ui/use-call.ts';
import { PageSection } from './page-section.tsx';
import { RuleHoursField } from './rule-hours-field.tsx';

/** What a new rule allows: enough for a day's photos, not for a disk. */
const FIRST_LIMIT = 50_000_000_000;

/** The rule under which it is not asked: folder and size; ended where it shows. */
export function RuleSection({ peer }: { readonly peer: PeerView }) {
  const t = useTranslate();
  const { engine, host } = useApp();
  const inbox = useEngine((state) => state.settings.inbox);
  const { run, failure } = useCall();
  const { rule } = peer;

  function set(next: { into: Place; maxBytes: number | null; hours?: RuleHours | null } | null): void {
    void run(async (signal) => {
      await engine.call('peers.setRule', { peer: peerRefOf(peer), rule: next }, signal);
    });
  }
  /** A page names folders by root: it can only speak of the inbox. */
  const placeOf = (into: string): Place => (host.kind === 'browser' ? { root: 'inbox', path: '' } : into);
  const isReachable = host.kind === 'desktop' || rule === null || rule.into === inbox;

  async function chooseFolder(current: AcceptRule): Promise<void> {
    const into = await host.pickFolder(current.into);
    if (into !== null) set({ ...current, into });
  }

  return (
    <PageSection title={t('devices.rule')}>
      <Checkbox
        isSelected={rule !== null}
        onChange={(isTicked) => set(isTicked ? { into: placeOf(inbox), maxBytes: FIRST_LIMIT } : null)}
      >
        <PhraseWithName phrase="devices.ruleFrom" name={peer.name} />
        <span className="block text-13 text-text-2">
          {t(rule === null ? 'devices.ruleNone' : 'devices.ruleBound')}
        </span>
      </Checkbox>
      {rule !== null && (
        <div className="flex flex-col gap-3 pl-[30px]">
          <div className="flex min-w-0 items-center gap-2">
            <NameText name={rule.into} className="flex-1 select-text" />
            {host.kind === 'desktop' && (
              <Button onPress={() => void chooseFolder(rule)}>{t('common.choose')}</Button>
            )}
          </div>
          {isReachable && (
            <div className="flex flex-col gap-1">
              <p className="text-13 text-text-2">{t('devices.ruleLimit')}</p>
              <SizeLimit
                label={t('devices.ruleLimit')}
                value={rule.maxBytes}
                onChange={(maxBytes) => set({ ...rule, into: placeOf(rule.into), maxBytes })}
              />
            </div>
          )}
          {isReachable && (
            <RuleHoursField
              hours={rule.hours ?? null}
              onChange={(hours) => set({ ...rule, into: placeOf(rule.into), hours })}
            />
          )}
        </div>
      )}
      {failure !== null && (
        <p className="text-13 text-bad">
          <FailureText failure={failure} device={peer.name} />
        </p>
      )}
    </PageSection>
  );
}
