import type { pairing as english } from '../en/pairing.ts';

export const pairing: Readonly<Record<keyof typeof english, string>> = {
  'pairing.title': 'Gerät koppeln',
  'pairing.titleWith': 'Koppeln mit {{device}}',
  'pairing.onOther': 'Wähle auf {{device}} „Gerät koppeln“.',
  'pairing.chooseOnOther': 'Wähle auf dem anderen Gerät {{device}}. Oder wähle jenes hier:',
  'pairing.noneNearby': 'Noch kein ungekoppeltes Gerät in der Nähe.',
  'pairing.noOpen': 'Andere können gerade kein Koppeln mit diesem Gerät beginnen.',
  'pairing.same': 'Dieselbe Zahl auf beiden Bildschirmen?',
  'pairing.compareHow':
    'Auf {{device}} steht auch eine Nummer. Ist es eine andere, wähle „Verschieden“; dann wird nichts geteilt.',
  'pairing.digits': 'Die Zahl ist {{digits}}',
  'pairing.mine':
    'Das ist mein eigenes Gerät. Es darf meine freigegebenen Ordner öffnen und hier Kopien starten.',
  'pairing.different': 'Verschieden',
  'pairing.match': 'Sie stimmt überein',
  'pairing.waitingOther': 'Wartet auf die Bestätigung von {{device}}.',
  'pairing.stopped': 'Koppeln beendet. Nichts wurde geteilt.',
  'pairing.notOpened':
    'Auf {{device}} wurde nicht rechtzeitig „Gerät koppeln“ gewählt. Nichts wurde geteilt.',
  'pairing.otherStopped': '{{device}} hat das Koppeln beendet. Nichts wurde geteilt.',
  'pairing.expired': 'Die zwei Minuten sind um. Nichts wurde geteilt.',
  'pairing.otherWays': 'Nicht im selben Netz, oder dort kein Bildschirm?',
  'pairing.invite': 'Mit Code einladen',
  'pairing.join': 'Mit Code beitreten',
  'pairing.inviteTitle': 'Mit Code einladen',
  'pairing.inviteHow':
    'Wähle auf dem anderen Gerät „Mit Code beitreten“, oder scanne das Bild. Es gilt einmal.',
  'pairing.inviteAddress': 'Adresse',
  'pairing.inviteCode': 'Code',
  'pairing.inviteLeft': 'Gilt noch {{left}}',
  'pairing.inviteOver': 'Diese Einladung ist verbraucht oder abgelaufen.',
  'pairing.inviteNew': 'Neuer Code',
  'pairing.qr': 'Dieselbe Adresse und derselbe Code als Bild zum Scannen',
  'pairing.joinTitle': 'Mit Code beitreten',
  'pairing.joinHow': 'Wähle auf dem anderen Gerät „Mit Code einladen“, oder führe dort `ferry invite` aus.',
  'pairing.joinNow': 'Beitreten',
  'pairing.inviteUsed': 'Diese Einladung ist verbraucht oder abgelaufen.',
  'pairing.addressTitle': 'Mit Adresse hinzufügen',
  'pairing.addressHow': 'Name oder Nummer und Port, wie das andere Gerät sie in den Einstellungen zeigt.',
  'pairing.addressExample': '192.168.1.20:3120',
  'pairing.add': 'Hinzufügen',
};
