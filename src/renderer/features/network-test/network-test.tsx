import type { PeerView } from '../../../shared/device.ts';
import { DEFAULT_SECONDS_PER_STEP, type NetworkTestView } from '../../../shared/network-test.ts';
import { isolate } from '../../format/isolate.ts';
import { countText, speedText } from '../../format/numbers.ts';
import { useLanguage, useTranslate } from '../../i18n/translate.ts';
import { useApp, useEngine } from '../../store/app-context.ts';
import { peerRefOf } from '../../store/peer-ref.ts';
import { Button } from '../../ui/button.tsx';
import { FailureText } from '../../ui/failure-text.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { CADENCE, useCadence } from '../../ui/use-cadence.ts';
import { useCall } from '../../ui/use-call.ts';
import { StepsPlot } from './steps-plot.tsx';
import { TimePlot } from './time-plot.tsx';

/** What came out, as sentences; where the test stands while it runs. */
function Outcome({ test, peer }: { readonly test: NetworkTestView; readonly peer: PeerView }) {
  const t = useTranslate();
  const locale = useLanguage();
  const chosen = useEngine((state) => state.settings.streams);
  const measured = test.steps.filter(({ bytesPerSecond }) => bytesPerSecond !== null);
  if (test.state === 'running') {
    const now = test.steps.find(({ bytesPerSecond }) => bytesPerSecond === null)?.streams ?? 0;
    return now === 0
      ? t('networkTest.running')
      : t('networkTest.runningWith', { count: now, n: countText(now, locale) });
  }
  if (test.state === 'cancelled') return t('networkTest.stopped');
  if (test.state === 'failed') {
    return <FailureText failure={test.failure ?? { code: 'internal' }} device={peer.name} />;
  }
  if (test.best === null) return t('networkTest.nothing');
  const most = Math.max(0, ...measured.map(({ streams }) => streams));
  const values = {
    count: test.best,
    n: countText(test.best, locale),
    speed: speedText(test.bytesPerSecond, locale),
    device: isolate(peer.name),
  };
  const own = chosen === 'auto' ? 'networkTest.uses' : 'networkTest.usesSetting';
  const used = chosen === 'auto' ? test.best : chosen;
  return (
    <>
      <span className="block font-medium text-text">
        {t(test.best < most ? 'networkTest.saturated' : 'networkTest.mostTried', values)}
      </span>
      <Phrase text={t(own, { ...values, count: used, n: countText(used, locale) })} />
    </>
  );
}

/** The same as the pictures, for who does not see them. */
function Table({ test }: { readonly test: NetworkTestView }) {
  const t = useTranslate();
  const locale = useLanguage();
  return (
    <table className="sr-only">
      <caption>{t('networkTest.overStreams')}</caption>
      <tbody>
        {test.steps.map(({ streams, bytesPerSecond }) => (
          <tr key={streams}>
            <th scope="row">{t('networkTest.streams', { count: streams, n: countText(streams, locale) })}</th>
            <td>{speedText(bytesPerSecond, locale)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Measures the way to a device, from memory to memory: how fast it is, and how many connections it takes. */
export function NetworkTest({ peer }: { readonly peer: PeerView }) {
  const t = useTranslate();
  const { engine } = useApp();
  const { run, failure, isBusy } = useCall();
  const live = useEngine((state) => state.networkTests[peer.id ?? ''] ?? null);
  const test = useCadence(live, CADENCE.digitsMs);
  const isRunning = test?.state === 'running';
  const start = () =>
    void run(async (signal) => {
      await engine.call(
        'network.test',
        { peer: peerRefOf(peer), secondsPerStep: DEFAULT_SECONDS_PER_STEP },
        signal,
      );
    });
  const stop = () =>
    void run(async (signal) => {
      if (test !== null) await engine.call('network.stopTest', { test: test.test }, signal);
    });
  return (
    <section className="flex flex-col gap-3 border-t border-line px-4 py-4" aria-labelledby="network-test">
      <h3 id="network-test" className="text-13 font-medium text-text-2">
        {t('networkTest.title')}
      </h3>
      <p className="min-h-10 text-text-2" role="status">
        {test === null ? t('networkTest.how') : <Outcome test={test} peer={peer} />}
      </p>
      {failure !== null && (
        <p role="alert" className="text-13 text-bad">
          <FailureText failure={failure} device={peer.name} />
        </p>
      )}
      {isRunning || peer.online ? (
        <Button className="self-start" isDisabled={isBusy} onPress={isRunning ? stop : start}>
          {t(isRunning ? 'networkTest.stop' : test === null ? 'networkTest.start' : 'networkTest.again')}
        </Button>
      ) : (
        <p className="text-13 text-text-2">{t('networkTest.offline')}</p>
      )}
      {test !== null && test.steps.length > 0 && (
        <>
          <figure className="flex flex-col gap-1">
            <figcaption className="text-12 text-text-2">{t('networkTest.overStreams')}</figcaption>
            <Table test={test} />
            <StepsPlot steps={test.steps} best={test.best} />
          </figure>
          <figure className="flex flex-col gap-1">
            <figcaption className="text-12 text-text-2">{t('networkTest.overTime')}</figcaption>
            <TimePlot series={test.series} />
          </figure>
        </>
      )}
    </section>
  );
}
