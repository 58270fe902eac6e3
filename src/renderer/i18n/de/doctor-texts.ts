import type { DOCTOR_TEXTS } from '../../../shared/doctor-text.ts';

const PLUG_IN = 'Steck ein Kabel ein oder verbinde dich mit einem WLAN.';
const CHECK_NETWORK = 'Prüfe Kabel, WLAN und Router.';
const TYPE_ADDRESS = 'Tippe die Adresse des anderen Geräts ein.';
const SET_CLOCK = 'Stell die Uhr, oder lass sie vom Netz stellen.';
const LET_THROUGH = 'Lass es durch: `{2}`.';

/** What the checks of `doctor` found, as the shared English text says it. */
export const DOCTOR_TEXTS_GERMAN: typeof DOCTOR_TEXTS = {
  interfaces: {
    up: { sentence: 'Dieses Gerät ist in einem Netz ({all}).', action: '' },
    'slow-link': {
      sentence: 'Das Kabel an {0} schafft nur {1} Mbit/s.',
      action: 'Versuch ein anderes Kabel oder einen anderen Anschluss am Switch.',
    },
    'only-virtual': { sentence: 'Hier gibt es nur virtuelle Netze ({all}).', action: PLUG_IN },
    none: { sentence: 'Dieses Gerät ist in keinem Netz.', action: PLUG_IN },
  },
  addresses: {
    usable: { sentence: 'Es ist erreichbar unter {all}.', action: '' },
    'several-networks': {
      sentence: 'Es ist in mehreren Netzen ({all}); andere sind vielleicht in einem anderen davon.',
      action: 'Verbinde beide Geräte mit demselben Netz.',
    },
    'no-ipv4': {
      sentence: 'Es hat nur IPv6-Adressen ({all}), gesucht wird aber über IPv4.',
      action: TYPE_ADDRESS,
    },
    'self-assigned': {
      sentence: 'In diesem Netz vergibt niemand Adressen; es hat sich selbst {all} gegeben.',
      action: 'Starte den Router neu, oder gib diesem Gerät eine Adresse seines Netzes.',
    },
    none: { sentence: 'Es hat in keinem Netz eine Adresse.', action: CHECK_NETWORK },
  },
  multicast: {
    answered: { sentence: 'Andere Geräte mit Ferry antworten in diesem Netz ({all}).', action: '' },
    heard: { sentence: 'Fragen an alle im Netz gehen hinaus und werden gehört ({all}).', action: '' },
    partly: {
      sentence: 'Fragen an alle im Netz kommen an {all} nicht durch.',
      action: 'Nimm ein anderes Netz, oder tippe die Adresse des anderen Geräts ein.',
    },
    'switched-off': {
      sentence: 'Multicast ist an {all} ausgeschaltet; so lassen sich keine Geräte suchen.',
      action: 'Schalte es ein: `sudo ip link set {0} multicast on`.',
    },
    'port-held': {
      sentence: 'Ein anderes Programm behält UDP-Port 5353 für sich; so lassen sich keine Geräte suchen.',
      action: 'Beende es, oder tippe die Adresse des anderen Geräts ein.',
    },
    'not-permitted': {
      sentence: 'Das System verbietet Ferry, im lokalen Netz zu fragen ({all}).',
      action: 'Erlaube Ferry das lokale Netz in den Systemeinstellungen und UDP-Port 5353 in der Firewall.',
    },
    'no-route': {
      sentence: 'Fragen an alle im Netz finden an {all} keinen Weg hinaus.',
      action: 'Gib ihnen einen: `sudo ip route add 224.0.0.0/4 dev {0}`.',
    },
    'not-heard': {
      sentence: 'Fragen an alle im Netz gehen hinaus, aber {all} hört sie nicht: Etwas hier verwirft sie.',
      action: 'Erlaube UDP-Port 5353 in der Firewall dieses Geräts.',
    },
    'no-interface': {
      sentence: 'Es gibt kein Netz mit einer IPv4-Adresse, in dem gesucht werden könnte.',
      action: 'Verbinde dich mit einem Netz, oder tippe die Adresse des anderen Geräts ein.',
    },
  },
  port: {
    reachable: { sentence: 'Ferry lauscht und antwortet unter {all}.', action: '' },
    'no-network': {
      sentence: 'Ferry lauscht, aber es gibt kein Netz, in dem andere es erreichen.',
      action: 'Verbinde dich mit einem Netz.',
    },
    'not-listening': {
      sentence: 'Ferry lauscht nicht; andere erreichen es also nicht.',
      action: 'Wähle in den Einstellungen einen anderen Port, oder mit `ferry serve --port`.',
    },
    'loopback-only': {
      sentence: 'Ferry lauscht nur für diesen Rechner ({all}).',
      action: 'Starte es ohne `--listen`, oder mit der Adresse eines Netzes.',
    },
    'other-program': {
      sentence: 'Unter {0} antwortet ein anderes Programm.',
      action: 'Beende es, oder wähle für Ferry einen anderen Port.',
    },
    blocked: {
      sentence: 'Ferry lauscht, ist aber selbst von hier unter {0} nicht erreichbar.',
      action: 'Erlaube seinen Port in der Firewall dieses Geräts.',
    },
  },
  firewall: {
    open: { sentence: 'Keine Firewall dieses Geräts hält Ferry vom Netz fern.', action: '' },
    'may-drop': {
      sentence: 'Die Firewall verwirft vielleicht einiges von Ferry ({0}).',
      action: 'Prüfe, ob sie TCP-Port 3120 und UDP-Port 5353 hereinlässt.',
    },
    'other-port': {
      sentence: 'Die Firewall verwirft {0}, den jetzigen Port von Ferry, aber nicht 3120/tcp ({1}).',
      action: 'Lass Ferry auf Port 3120 lauschen.',
    },
    active: {
      sentence: 'Eine Firewall ist an ({0}); ihre Regeln darf nur die Verwaltung lesen.',
      action: 'Lass Ferry durch: `{1}`.',
    },
    'macos-on': {
      sentence: 'Die Firewall von macOS ist an.',
      action: 'Erlaube Ferry unter Systemeinstellungen, Netzwerk, Firewall, Optionen.',
    },
    'windows-on': {
      sentence: 'Die Firewall von Windows ist an.',
      action: 'Erlaube Ferry in Windows-Sicherheit, und stell dieses Netz auf privat.',
    },
    'macos-blocks-all': {
      sentence: 'Die Firewall von macOS blockiert alle eingehenden Verbindungen.',
      action: 'Schalte das unter Systemeinstellungen, Netzwerk, Firewall, Optionen aus.',
    },
    'drops-port': {
      sentence: 'Die Firewall dieses Geräts verwirft {0}: Andere erreichen Ferry nicht ({1}).',
      action: LET_THROUGH,
    },
    'drops-multicast': {
      sentence: 'Die Firewall dieses Geräts verwirft {0}: Geräte sehen einander nicht ({1}).',
      action: LET_THROUGH,
    },
    'drops-both': {
      sentence: 'Die Firewall dieses Geräts verwirft {0}: Andere sehen und erreichen Ferry nicht ({1}).',
      action: LET_THROUGH,
    },
    unreadable: {
      sentence: 'Die Regeln der Firewall lassen sich hier nicht lesen.',
      action: 'Falls es eine gibt, lass TCP-Port 3120 und UDP-Port 5353 herein.',
    },
  },
  vpn: {
    none: { sentence: 'Kein VPN ist an.', action: '' },
    aside: { sentence: 'Ein VPN ist an ({all}) und lässt das lokale Netz in Ruhe.', action: '' },
    'takes-all': {
      sentence:
        'Ein VPN ({0}) nimmt alles außer dem lokalen Netz; Geräte hinter einem Router gehen hindurch.',
      action: 'Ist das andere Gerät nicht genau in diesem Netz, halte das VPN an.',
    },
    'takes-local': {
      sentence: 'Das VPN {0} nimmt, was für das lokale Netz an {1} bestimmt ist.',
      action: 'Erlaube im VPN den Zugriff auf das lokale Netz, oder halte es an.',
    },
  },
  'client-isolation': {
    none: { sentence: 'Geräte dieses Netzes erreichen einander ({all}).', action: '' },
    nobody: {
      sentence: 'Kein anderes Gerät meldet sich, darum lässt sich das nicht sagen.',
      action: 'Starte Ferry auf dem anderen Gerät und sieh noch einmal nach.',
    },
    'peer-firewall': {
      sentence: '{all} ist da, aber die Firewall dort verwirft Verbindungen zu Ferry.',
      action: 'Führe dort `ferry doctor` aus.',
    },
    'peers-silent': {
      sentence: '{all} ist zu hören, aber nicht zu erreichen, und auch kein Router antwortet.',
      action: CHECK_NETWORK,
    },
    isolated: {
      sentence:
        '{all} ist zu hören, aber nicht zu erreichen, während der Router antwortet: Dieses Netz trennt die Geräte.',
      action: 'Schalte im Router die Isolierung (Gastmodus) aus, oder nimm ein anderes Netz.',
    },
  },
  clock: {
    plausible: { sentence: 'Die Uhr zeigt {0}.', action: '' },
    'went-back': { sentence: 'Die Uhr zeigt {0}; hier geschah aber schon etwas um {1}.', action: SET_CLOCK },
    'in-the-past': { sentence: 'Die Uhr zeigt {0}, und das ist lange vorbei.', action: SET_CLOCK },
  },
  peer: {
    linked: { sentence: '{0} ist gerade verbunden, unter {1}.', action: '' },
    reached: { sentence: '{0} wurde unter {1} erreicht und spricht Ferry.', action: '' },
    'no-target': {
      sentence: 'Es wurde kein Gerät genannt.',
      action: 'Nenne ein Gerät, oder tippe seine Adresse ein.',
    },
    unknown: {
      sentence: 'Kein Gerät namens {0} ist hier bekannt oder zu sehen, und keine Adresse.',
      action: 'Starte Ferry dort, oder tippe die Adresse als Name:Port ein.',
    },
    ambiguous: {
      sentence: 'Mehr als ein Gerät heißt {0}.',
      action: 'Gib den Anfang der Kennung an: `ferry peers` zeigt sie.',
    },
    'this-device': { sentence: '{1} ist dieses Gerät selbst.', action: 'Gib die Adresse des anderen an.' },
    'name-not-resolved': {
      sentence: 'Der Name in {0} hat keine Adresse.',
      action: 'Prüfe ihn, oder tippe die IP-Adresse ein.',
    },
    'no-address': {
      sentence: '{0} meldet sich, aber ohne brauchbare Adresse.',
      action: 'Tippe seine Adresse als Name:Port ein.',
    },
    away: {
      sentence: '{0} meldet sich nicht und antwortet nicht, wo es zuletzt war.',
      action: 'Starte Ferry dort, und verbinde beide Geräte mit demselben Netz.',
    },
    refused: {
      sentence: 'Der Rechner von {0} ist da, aber an {1} lauscht niemand.',
      action: 'Starte Ferry dort, oder prüfe den Port.',
    },
    'no-route': {
      sentence: 'Zu {0} führt kein Weg ({1}).',
      action: 'Verbinde beide Geräte mit demselben Netz, oder prüfe die Adresse.',
    },
    silent: {
      sentence: '{0} antwortet unter {1} nicht: Es ist aus, oder eine Firewall verwirft die Verbindung.',
      action: 'Prüfe, ob es an ist und seine Firewall den Port hereinlässt; führe dort `ferry doctor` aus.',
    },
    'not-ferry': {
      sentence: 'Unter {1} antwortet ein anderes Programm als Ferry.',
      action: 'Prüfe Adresse und Port.',
    },
    'handshake-silent': {
      sentence: 'Unter {1} nimmt etwas die Verbindung an und antwortet dann nicht wie Ferry.',
      action: 'Prüfe den Port, und starte Ferry dort neu.',
    },
    'wrong-device': {
      sentence: 'Unter {1} antwortet ein anderes Gerät als {0}; es wurde nichts gesendet.',
      action: 'Prüfe die Adresse; wurde das Gerät neu eingerichtet, kopple es neu.',
    },
    older: { sentence: 'Auf {0} läuft ein älteres Ferry, das nicht passt.', action: 'Erneuere es dort.' },
    newer: { sentence: 'Auf {0} läuft ein neueres Ferry, das nicht passt.', action: 'Erneuere dieses hier.' },
    'no-hello': {
      sentence: '{0} beendet die Verbindung unter {1}, bevor es etwas gesagt hat.',
      action: 'Starte Ferry dort neu, und lies sein Protokoll.',
    },
  },
};
