import type { networkTest as english } from '../en/network-test.ts';

export const networkTest: Readonly<Record<keyof typeof english, string>> = {
  'networkTest.title': 'Netzwerktest',
  'networkTest.how':
    'Sendet von Speicher zu Speicher über immer mehr Verbindungen, um zu finden, wie viele der Weg braucht. Er füllt das Netz einige Sekunden lang.',
  'networkTest.start': 'Test starten',
  'networkTest.again': 'Noch einmal testen',
  'networkTest.stop': 'Test beenden',
  'networkTest.offline': 'Testen geht, wenn dieses Gerät erreichbar ist.',
  'networkTest.overStreams': 'Tempo nach Zahl der Verbindungen',
  'networkTest.overTime': 'Tempo im Verlauf',
  'networkTest.streams_one': '{{n}} Verbindung',
  'networkTest.streams_other': '{{n}} Verbindungen',
  'networkTest.seconds': '{{n}} s',
  'networkTest.running': 'Wird gemessen…',
  'networkTest.runningWith_one': 'Wird mit {{n}} Verbindung gemessen…',
  'networkTest.runningWith_other': 'Wird mit {{n}} Verbindungen gemessen…',
  'networkTest.stopped': 'Vor dem Ende beendet; nichts wurde geändert.',
  'networkTest.nothing': 'Es ließ sich nichts messen.',
  'networkTest.saturated_one': '{{n}} Verbindung erreicht {{speed}}; mehr bringen nichts.',
  'networkTest.saturated_other': '{{n}} Verbindungen erreichen {{speed}}; mehr bringen nichts.',
  'networkTest.mostTried_one': '{{n}} Verbindung erreicht {{speed}}.',
  'networkTest.mostTried_other': '{{n}} Verbindungen erreichen {{speed}}; mehr wurden nicht probiert.',
  'networkTest.uses_one': 'Kopien mit {{device}} nutzen ab jetzt {{n}} Verbindung.',
  'networkTest.uses_other': 'Kopien mit {{device}} nutzen ab jetzt {{n}} Verbindungen.',
  'networkTest.usesSetting_one':
    'Kopien nutzen {{n}} Verbindung, wie unter Einstellungen, Tempo, festgelegt.',
  'networkTest.usesSetting_other':
    'Kopien nutzen {{n}} Verbindungen, wie unter Einstellungen, Tempo, festgelegt.',
};
