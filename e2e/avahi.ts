import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Namespace } from './network-namespaces.ts';

/** A bus where anybody may do anything: it is alone in its namespace. */
const BUS_CONFIG = (socket: string): string => `<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

const DAEMON_CONFIG = `[server]
host-name=witness
use-ipv4=yes
use-ipv6=no
enable-dbus=yes
[publish]
disable-publishing=yes
`;

/** One service as `avahi-browse -rpt` resolves it. */
export interface BrowsedService {
  readonly interfaceName: string;
  readonly instance: string;
  readonly host: string;
  readonly address: string;
  readonly port: number;
  /** As printed: entries in quotes. */
  readonly txt: string;
}

/** avahi-daemon, an mDNS implementation that is not ours, running in one namespace. */
export class Avahi {
  readonly #host: Namespace;
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(host: Namespace, folder: string) {
    this.#host = host;
    this.#folder = folder;
    this.#env = { DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${join(folder, 'bus')}` };
  }

  /** Starts bus and daemon and waits until they answer. They end with the namespace network. */
  static async start(host: Namespace): Promise<Avahi> {
    const folder = await mkdtemp(join(tmpdir(), 'ferry-avahi-'));
    const avahi = new Avahi(host, folder);
    try {
      await avahi.#start();
      return avahi;
    } catch (error) {
      await avahi.close();
      throw error;
    }
  }

  async #start(): Promise<void> {
    const [bus, daemon] = [join(this.#folder, 'bus.conf'), join(this.#folder, 'avahi.conf')];
    await writeFile(bus, BUS_CONFIG(join(this.#folder, 'bus')));
    await writeFile(daemon, DAEMON_CONFIG);
    this.#host.start('dbus-daemon', ['--config-file', bus, '--nofork', '--nopidfile']);
    // `ip netns exec` gives every command mounts of its own, so another avahi's runtime folder is only hidden.
    const run =
      'mkdir -p /run/avahi-daemon && mount -t tmpfs tmpfs /run/avahi-daemon && exec avahi-daemon "$@"';
    const args = ['--no-drop-root', '--no-chroot', '--no-rlimits', '-f', daemon];
    for (let tries = 0; tries < 50; tries += 1) {
      const program = this.#host.start('sh', ['-c', run, 'sh', ...args], { env: this.#env });
      // It ends at once while the bus is not there yet.
      while (program.isRunning) {
        if (program.stderr.includes('Server startup complete')) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      if (tries === 49) throw new Error(program.stderr);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** What it finds of `type` right now. */
  async browse(type: string): Promise<readonly BrowsedService[]> {
    const text = await this.#host.run('avahi-browse', ['-rpt', type], { env: this.#env });
    return text.split('\n').flatMap((line) => {
      const [event, interfaceName, , instance, , , host, address, port, ...txt] = line.split(';');
      if (event !== '=' || interfaceName === undefined || instance === undefined) return [];
      return [
        {
          interfaceName,
          instance,
          host: host ?? '',
          address: address ?? '',
          port: Number(port),
          txt: txt.join(';'),
        },
      ];
    });
  }

  /** Removes its files; the processes belong to the namespace. */
  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
