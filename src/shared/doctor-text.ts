import { DOCTOR_CHECKS, DOCTOR_FINDINGS, type DoctorCheck, type DoctorReport } from './doctor.ts';
import { escapeText } from './escape.ts';

/** What was found, and the one thing a person can do about it; `{0}`, `{1}`, `{2}` and `{all}` are subjects. */
export interface DoctorText {
  readonly sentence: string;
  /** Empty where nothing needs to be done. */
  readonly action: string;
}

type Texts = {
  readonly [Check in DoctorCheck]: {
    readonly [Finding in keyof (typeof DOCTOR_FINDINGS)[Check]]: DoctorText;
  };
};

export const DOCTOR_TEXTS: Texts = {
  interfaces: {
    up: { sentence: 'This device is on a network ({all}).', action: '' },
    'slow-link': {
      sentence: 'The cable at {0} runs at {1} Mbit/s only.',
      action: 'Try another cable or another socket of the switch.',
    },
    'only-virtual': {
      sentence: 'There are only virtual networks here ({all}).',
      action: 'Plug in a cable or join a wireless network.',
    },
    none: {
      sentence: 'This device is on no network.',
      action: 'Plug in a cable or join a wireless network.',
    },
  },
  addresses: {
    usable: { sentence: 'It can be reached at {all}.', action: '' },
    'several-networks': {
      sentence: 'It is on several networks ({all}); others may be on another one of them.',
      action: 'Join both devices to the same network.',
    },
    'no-ipv4': {
      sentence: 'It has IPv6 addresses only ({all}), and devices are looked for by IPv4.',
      action: 'Type the address of the other device.',
    },
    'self-assigned': {
      sentence: 'Nobody on this network hands out addresses; it gave itself {all}.',
      action: 'Restart the router, or give this device an address of its network.',
    },
    none: {
      sentence: 'It has no address on any network.',
      action: 'Check cable, wireless network and router.',
    },
  },
  multicast: {
    answered: { sentence: 'Other Ferry devices answer on this network ({all}).', action: '' },
    heard: { sentence: 'Questions to all on the network go out and are heard ({all}).', action: '' },
    partly: {
      sentence: 'Questions to all on the network do not get through on {all}.',
      action: 'Use another network, or type the address of the other device.',
    },
    'switched-off': {
      sentence: 'Multicast is switched off on {all}, so devices cannot be looked for.',
      action: 'Switch it on: `sudo ip link set {0} multicast on`.',
    },
    'port-held': {
      sentence: 'Another program keeps UDP port 5353 for itself, so devices cannot be looked for.',
      action: 'End that program, or type the address of the other device.',
    },
    'not-permitted': {
      sentence: 'The system forbids Ferry to ask on the local network ({all}).',
      action: 'Allow Ferry the local network in the system settings, and UDP port 5353 in the firewall.',
    },
    'no-route': {
      sentence: 'Questions to all on the network find no way out at {all}.',
      action: 'Give it a route: `sudo ip route add 224.0.0.0/4 dev {0}`.',
    },
    'not-heard': {
      sentence: 'Questions to all on the network are sent but not heard at {all}: something here drops them.',
      action: 'Allow UDP port 5353 in the firewall of this device.',
    },
    'no-interface': {
      sentence: 'There is no network with an IPv4 address to look for devices on.',
      action: 'Connect to a network, or type the address of the other device.',
    },
  },
  port: {
    reachable: { sentence: 'Ferry listens and answers at {all}.', action: '' },
    'no-network': {
      sentence: 'Ferry listens, but there is no network on which others could reach it.',
      action: 'Connect to a network.',
    },
    'not-listening': {
      sentence: 'Ferry does not listen, so others cannot reach it.',
      action: 'Choose another port in the settings, or with `ferry serve --port`.',
    },
    'loopback-only': {
      sentence: 'Ferry listens for this machine only ({all}).',
      action: 'Start it without `--listen`, or with the address of a network.',
    },
    'other-program': {
      sentence: 'Another program answers at {0}.',
      action: 'End it, or choose another port for Ferry.',
    },
    blocked: {
      sentence: 'Ferry listens, but cannot even be reached from here at {0}.',
      action: 'Allow its port in the firewall of this device.',
    },
  },
  firewall: {
    open: { sentence: 'No firewall of this device keeps Ferry from the network.', action: '' },
    'may-drop': {
      sentence: 'The firewall may drop some of the traffic of Ferry ({0}).',
      action: 'Check that it lets in TCP port 3120 and UDP port 5353.',
    },
    'other-port': {
      sentence: 'The firewall drops {0}, the port Ferry listens on now, but not 3120/tcp ({1}).',
      action: 'Let Ferry listen on port 3120.',
    },
    active: {
      sentence: 'A firewall is on ({0}); only an administrator can read its rules.',
      action: 'Let Ferry through: `{1}`.',
    },
    'macos-on': {
      sentence: 'The macOS firewall is on.',
      action: 'Allow Ferry in System Settings, Network, Firewall, Options.',
    },
    'windows-on': {
      sentence: 'The Windows firewall is on.',
      action: 'Allow Ferry in Windows Security, and set this network to private.',
    },
    'macos-blocks-all': {
      sentence: 'The macOS firewall blocks all incoming connections.',
      action: 'Switch that off in System Settings, Network, Firewall, Options.',
    },
    'drops-port': {
      sentence: 'The firewall of this device drops {0}: others cannot reach Ferry ({1}).',
      action: 'Let it through: `{2}`.',
    },
    'drops-multicast': {
      sentence: 'The firewall of this device drops {0}: devices do not see each other ({1}).',
      action: 'Let it through: `{2}`.',
    },
    'drops-both': {
      sentence: 'The firewall of this device drops {0}: others neither see nor reach Ferry ({1}).',
      action: 'Let it through: `{2}`.',
    },
    unreadable: {
      sentence: 'The rules of the firewall cannot be read here.',
      action: 'If there is one, let in TCP port 3120 and UDP port 5353.',
    },
  },
  vpn: {
    none: { sentence: 'No VPN is on.', action: '' },
    aside: { sentence: 'A VPN is on ({all}) and leaves the local network alone.', action: '' },
    'takes-all': {
      sentence: 'A VPN ({0}) takes everything but the local network; devices behind a router go through it.',
      action: 'If the other device is not on this very network, pause the VPN.',
    },
    'takes-local': {
      sentence: 'The VPN {0} takes what is meant for the local network at {1}.',
      action: 'Allow local network access in the VPN, or pause it.',
    },
  },
  'client-isolation': {
    none: { sentence: 'Devices of this network reach each other ({all}).', action: '' },
    nobody: {
      sentence: 'No other device announces itself, so this cannot be told.',
      action: 'Start Ferry on the other device and look again.',
    },
    'peer-firewall': {
      sentence: '{all} is there, but its firewall drops connections to Ferry.',
      action: 'Run `ferry doctor` there.',
    },
    'peers-silent': {
      sentence: '{all} can be heard but not reached, nor does a router answer.',
      action: 'Check cable, wireless network and router.',
    },
    isolated: {
      sentence:
        '{all} can be heard but not reached, while the router answers: this network keeps devices apart.',
      action: 'Switch off client isolation (guest mode) in the router, or use another network.',
    },
  },
  clock: {
    plausible: { sentence: 'The clock shows {0}.', action: '' },
    'went-back': {
      sentence: 'The clock shows {0}, before what was done here at {1}.',
      action: 'Set the clock, or have it set by the network.',
    },
    'in-the-past': {
      sentence: 'The clock shows {0}, which is long past.',
      action: 'Set the clock, or have it set by the network.',
    },
  },
  peer: {
    linked: { sentence: '{0} is connected now, at {1}.', action: '' },
    reached: { sentence: '{0} was reached at {1} and speaks Ferry.', action: '' },
    'no-target': { sentence: 'No device was named.', action: 'Name a device or type its address.' },
    unknown: {
      sentence: 'No device called {0} is known or seen here, and no address is.',
      action: 'Start Ferry there, or type its address as host:port.',
    },
    ambiguous: {
      sentence: 'More than one device is called {0}.',
      action: 'Give the beginning of its id: `ferry peers` shows it.',
    },
    'this-device': { sentence: '{1} is this very device.', action: 'Give the address of the other one.' },
    'name-not-resolved': {
      sentence: 'The name in {0} has no address.',
      action: 'Check it, or type the IP address.',
    },
    'no-address': {
      sentence: '{0} announces itself, but no usable address.',
      action: 'Type its address as host:port.',
    },
    away: {
      sentence: '{0} does not announce itself and does not answer where it was last.',
      action: 'Start Ferry there, and join both devices to the same network.',
    },
    refused: {
      sentence: 'The machine of {0} is there, but nobody listens at {1}.',
      action: 'Start Ferry there, or check the port.',
    },
    'no-route': {
      sentence: 'There is no way to {0} ({1}).',
      action: 'Join both devices to the same network, or check the address.',
    },
    silent: {
      sentence: '{0} does not answer at {1}: it is off, or a firewall drops the connection.',
      action: 'Check that it is on and that its firewall lets in the port; run `ferry doctor` there.',
    },
    'not-ferry': { sentence: 'Another program than Ferry answers at {1}.', action: 'Check host and port.' },
    'handshake-silent': {
      sentence: 'Something at {1} takes the connection, and then does not answer as Ferry does.',
      action: 'Check the port, and restart Ferry there.',
    },
    'wrong-device': {
      sentence: 'At {1} another device answers than {0}; nothing was sent to it.',
      action: 'Check the address; if the device was set up anew, pair again.',
    },
    older: { sentence: '{0} runs an older Ferry that does not fit.', action: 'Update it there.' },
    newer: { sentence: '{0} runs a newer Ferry that does not fit.', action: 'Update this one.' },
    'no-hello': {
      sentence: '{0} ends the connection at {1} before it has said anything.',
      action: 'Restart Ferry there, and read its log.',
    },
  },
};

/** Every `check.finding` there is, for catalogues of other languages. */
export const DOCTOR_TEXT_KEYS: readonly string[] = DOCTOR_CHECKS.flatMap((check) =>
  Object.keys(DOCTOR_FINDINGS[check]).map((finding) => `${check}.${finding}`),
);

/** Puts the subjects, escaped, into a text of any language. */
export function fillDoctorText(text: string, subjects: readonly string[]): string {
  return text.replace(/\{(\d|all)\}/g, (_, which: string) =>
    escapeText(which === 'all' ? subjects.join(', ') : (subjects[Number(which)] ?? '')),
  );
}

/** What a report says to a person, in English. Safe for a terminal. */
export function doctorText({ check, finding, subjects }: DoctorReport): DoctorText {
  const texts: Readonly<Record<string, DoctorText>> = DOCTOR_TEXTS[check];
  const text = Object.hasOwn(texts, finding) ? texts[finding] : undefined;
  // An engine that is newer than this front end may find something it has no words for.
  const { sentence, action } = text ?? { sentence: `${check}: ${finding} ({all}).`, action: '' };
  return { sentence: fillDoctorText(sentence, subjects), action: fillDoctorText(action, subjects) };
}
