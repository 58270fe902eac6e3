import { expect, test } from 'vitest';
import { MeteredInterfaces, parseMetered } from './metered.ts';

const TEXT = `GENERAL.DEVICE:wlan0
GENERAL.METERED:yes (guessed)

GENERAL.DEVICE:eth0
GENERAL.METERED:no

GENERAL.DEVICE:usb0
GENERAL.METERED:yes

GENERAL.DEVICE:lo
GENERAL.METERED:unknown
`;

function printing(text: string) {
  return { command: process.execPath, args: ['-e', 'process.stdout.write(process.argv[1])', text] };
}

test('what NetworkManager knows, and takes for metered', () => {
  expect([...parseMetered(TEXT)]).toEqual(['wlan0', 'usb0']);
  expect([...parseMetered('GENERAL.METERED:yes\nnonsense\n')]).toEqual([]);
  expect([...parseMetered('GENERAL.DEVICE:a\\:b\nGENERAL.METERED:yes')]).toEqual(['a:b']);
});

test('asks a program, seldom', async () => {
  let nowMs = 0;
  const metered = new MeteredInterfaces(printing(TEXT), () => nowMs);
  const first = await metered.read();
  expect([...first]).toEqual(['wlan0', 'usb0']);
  nowMs = 10_000;
  expect(await metered.read()).toBe(first);
  nowMs = 20_000;
  expect(await metered.read()).not.toBe(first);
});

test('where nobody can be asked, nothing is metered', async () => {
  expect((await new MeteredInterfaces(null).read()).size).toBe(0);
  expect((await new MeteredInterfaces({ command: 'no-such-program', args: [] }).read()).size).toBe(0);
  const failing = { command: process.execPath, args: ['-e', 'process.exit(8)'] };
  expect((await new MeteredInterfaces(failing).read()).size).toBe(0);
});
