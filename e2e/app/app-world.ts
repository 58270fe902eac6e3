import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { buildRenderer } from '../../tools/build-app.ts';
import { type Device, World } from '../device.ts';
import { createNamespaces, type Namespace, type NamespaceNetwork } from '../network-namespaces.ts';
import { openBrowserOn, openPage } from './browser.ts';

/** Where pictures of what was seen are kept, for a person to look at. */
const SHOTS = join(import.meta.dirname, '../../.cache/e2e-screens');

/** How long a page may take to show something, on a machine that is busy with other tests. */
const SHOWN_WITHIN_MS = 60_000;

/** A device with its page open in a real browser. */
export interface AppDevice {
  readonly device: Device;
  readonly page: Page;
  readonly context: BrowserContext;
}

type OpenOptions = BrowserContextOptions & { readonly flags?: readonly string[] };

/**
 * Devices that serve their page, each on a machine of its own with a real browser on it, joined by a network that
 * is only theirs. Hold it with `await using`.
 */
export class AppWorld {
  readonly world: World;
  readonly #network: NamespaceNetwork;
  readonly #browsers: Browser[] = [];
  #taken = 0;

  constructor(world: World, network: NamespaceNetwork) {
    this.world = world;
    this.#network = network;
  }

  static async create(count: 2 | 3 = 2): Promise<AppWorld> {
    await buildRenderer(() => undefined);
    const [world, network] = await Promise.all([World.create(), createNamespaces({ count })]);
    return new AppWorld(world, network);
  }

  /** Starts a device on the next machine, with nobody who looks at it. */
  async serve(name: string, flags: readonly string[]): Promise<Device> {
    return await this.world.serving(name, flags, { host: this.#nextHost() });
  }

  /** Starts a device on the next machine and opens its page there. */
  async open(name: string, { flags = [], ...options }: OpenOptions = {}): Promise<AppDevice> {
    const host = this.#nextHost();
    const [device, browser] = await Promise.all([
      this.world.serving(name, ['--web', '127.0.0.1:0', '--accept', 'ask', ...flags], { host }),
      openBrowserOn(host, this.world.folder),
    ]);
    this.#browsers.push(browser);
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      colorScheme: 'light',
      ...options,
    });
    context.setDefaultTimeout(SHOWN_WITHIN_MS);
    const page = await openPage(context, String(device.ready['web']));
    await page.getByRole('region', { name: 'This device' }).getByText(name).first().waitFor();
    return { device, page, context };
  }

  /** Two devices that are paired already, and see each other. */
  async openPair(options: OpenOptions = {}): Promise<readonly [anna: AppDevice, bob: AppDevice]> {
    const [anna, bob] = await Promise.all([this.open('anna', options), this.open('bob', options)]);
    await anna.device.pairWith(bob.device);
    await tileOf(anna, /bob, .*, Paired/).waitFor();
    return [anna, bob];
  }

  #nextHost(): Namespace {
    this.#taken += 1;
    return this.#network.host(this.#taken - 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#browsers.map((browser) => browser.close()));
    await this.world[Symbol.asyncDispose]();
    await this.#network.close();
  }
}

/** Holds what arrives at a device to 10 MB/s, so that there is time to press on something, and shows its list. */
export async function limitSpeed({ page }: AppDevice): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Speed' }).click();
  await page.getByText('Limit the speed').first().waitFor();
  // The knob is drawn over the box that says on or off.
  await page.getByRole('switch', { name: 'Limit the speed' }).click({ force: true });
  await page.getByRole('textbox', { name: 'Limit in MB/s' }).waitFor();
  await page.getByRole('button', { name: 'Transfers' }).click();
}

function nearby({ page }: AppDevice): Locator {
  return page.getByRole('region', { name: 'Nearby' });
}

/** Another device in the list of those nearby. */
export function tileOf(app: AppDevice, name: string | RegExp): Locator {
  return nearby(app).getByRole('row', { name });
}

/** A copy in the list, by its name. */
export function rowOf({ page }: AppDevice, name: string): Locator {
  return page.getByRole('grid', { name: 'Transfers' }).getByRole('row', { name });
}

/** What somebody wants to send here, by a name in it. */
export function requestOn({ page }: AppDevice, name: string): Locator {
  return page.getByRole('article').filter({ hasText: name });
}

/** Keeps a picture of a page under `name`. */
export async function keepShot(page: Page, name: string): Promise<void> {
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}
