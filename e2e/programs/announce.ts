/**
 * Announces a device, looks for others, and prints what it hears as JSON lines until SIGTERM:
 * `announce.ts SHORT_ID NAME PORT VISIBILITY`.
 */
import { BonjourDiscovery } from '../../src/engine/discovery/bonjour-discovery.ts';
import type { Visibility } from '../../src/shared/device.ts';

const [shortId = '', name = '', port = '0', visibility = 'everyone'] = process.argv.slice(2);
const print = (value: object): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};

const discovery = new BonjourDiscovery({
  log: (level, event, detail) => print({ kind: 'log', level, event, ...detail }),
});
const running = new AbortController();
discovery.sightings((change) => {
  print(change.kind === 'seen' ? { ...change.sighting, device: change.sighting.kind, kind: 'seen' } : change);
}, running.signal);
discovery.announce({
  shortId,
  name,
  kind: 'server',
  port: Number(port),
  visibility: visibility as Visibility,
});

const stop = async (): Promise<void> => {
  await discovery.stop();
  print({ kind: 'stopped' });
};
process.once('SIGTERM', () => void stop());

await discovery.start(running.signal);
print({ kind: 'ready' });
