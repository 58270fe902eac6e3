import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { projectFolder } from './project-files.ts';

/** electron-builder's own reading and checking of its configuration, from inside its package. */
interface BuilderConfig {
  getConfig(projectFolder: string, path: string | null): Promise<Record<string, unknown>>;
  validateConfiguration(config: Record<string, unknown>, log: { readonly isEnabled: boolean }): Promise<void>;
}

const fromBuilder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const builder = fromBuilder('app-builder-lib/out/util/config/config') as BuilderConfig;

const packaging = z.object({
  npmRebuild: z.literal(false),
  asar: z.literal(true),
  electronFuses: z.object({
    runAsNode: z.literal(false),
    enableNodeOptionsEnvironmentVariable: z.literal(false),
    enableNodeCliInspectArguments: z.literal(false),
    enableEmbeddedAsarIntegrityValidation: z.literal(true),
    onlyLoadAppFromAsar: z.literal(true),
    enableCookieEncryption: z.literal(true),
  }),
  linux: z.object({ target: z.array(z.string()), icon: z.string(), mimeTypes: z.array(z.string()) }),
  mac: z.object({
    target: z.array(z.object({ target: z.string() })),
    icon: z.string(),
    extendInfo: z.object({
      NSLocalNetworkUsageDescription: z.string().min(20),
      NSBonjourServices: z.array(z.string()),
      CFBundleDocumentTypes: z.array(z.object({ LSItemContentTypes: z.array(z.string()) })),
    }),
  }),
  win: z.object({ target: z.array(z.object({ target: z.string() })), icon: z.string() }),
  nsis: z.object({ perMachine: z.literal(false) }),
});

async function readConfig(): Promise<Record<string, unknown>> {
  return await builder.getConfig(projectFolder, join(projectFolder, 'electron-builder.yml'));
}

test('electron-builder accepts the configuration by its own schema', async () => {
  await builder.validateConfiguration(await readConfig(), { isEnabled: false });
});

test('the schema refuses what it does not know', async () => {
  const wrong = { ...(await readConfig()), nsis: { perMachina: true } };
  await expect(builder.validateConfiguration(wrong, { isEnabled: false })).rejects.toThrow(
    'configuration.nsis',
  );
});

test('all that the app is to be packaged as is there, with its guards', async () => {
  const config = packaging.parse(await readConfig());
  const { linux, mac, win } = config;
  expect(linux.target).toEqual(['AppImage', 'deb']);
  expect(mac.target.map(({ target }) => target)).toEqual(['dmg', 'zip']);
  expect(win.target.map(({ target }) => target)).toEqual(['nsis']);
  for (const { icon } of [linux, mac, win]) expect(existsSync(join(projectFolder, icon)), icon).toBe(true);
});

test('file managers offer it for files and folders', async () => {
  const { linux, mac } = packaging.parse(await readConfig());
  expect(linux.mimeTypes).toEqual(['inode/directory', 'application/octet-stream']);
  const opened = mac.extendInfo.CFBundleDocumentTypes.flatMap((type) => type.LSItemContentTypes);
  expect(opened).toEqual(['public.data', 'public.folder']);
});

test('macOS is asked for the service that discovery announces', async () => {
  const { mac } = packaging.parse(await readConfig());
  const packet = readFileSync(join(projectFolder, 'src/engine/discovery/mdns-packet.ts'), 'utf8');
  const type = /SERVICE_TYPE = '(\w+)'/.exec(packet)?.[1];
  expect(mac.extendInfo.NSBonjourServices).toEqual([`_${type}._tcp`]);
});
