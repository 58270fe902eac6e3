import { SHELL_ENGLISH, SHELL_GERMAN } from '../../shared/shell-text.ts';
import { app as deApp } from './de/app.ts';
import { browse as deBrowse } from './de/browse.ts';
import { common as deCommon } from './de/common.ts';
import { detail as deDetail } from './de/detail.ts';
import { devices as deDevices } from './de/devices.ts';
import { doctor as deDoctor } from './de/doctor.ts';
import { drop as deDrop } from './de/drop.ts';
import { failures as deFailures } from './de/failures.ts';
import { networkTest as deNetworkTest } from './de/network-test.ts';
import { orders as deOrders } from './de/orders.ts';
import { pairing as dePairing } from './de/pairing.ts';
import { report as deReport } from './de/report.ts';
import { requests as deRequests } from './de/requests.ts';
import { settings as deSettings } from './de/settings.ts';
import { sharing as deSharing } from './de/sharing.ts';
import { transfers as deTransfers } from './de/transfers.ts';
import { app as enApp } from './en/app.ts';
import { browse as enBrowse } from './en/browse.ts';
import { common as enCommon } from './en/common.ts';
import { detail as enDetail } from './en/detail.ts';
import { devices as enDevices } from './en/devices.ts';
import { doctor as enDoctor } from './en/doctor.ts';
import { drop as enDrop } from './en/drop.ts';
import { failures as enFailures } from './en/failures.ts';
import { networkTest as enNetworkTest } from './en/network-test.ts';
import { orders as enOrders } from './en/orders.ts';
import { pairing as enPairing } from './en/pairing.ts';
import { report as enReport } from './en/report.ts';
import { requests as enRequests } from './en/requests.ts';
import { settings as enSettings } from './en/settings.ts';
import { sharing as enSharing } from './en/sharing.ts';
import { transfers as enTransfers } from './en/transfers.ts';

/** Every phrase of the app. A feature adds a file to each language and its line here. */
export const ENGLISH = {
  ...SHELL_ENGLISH,
  ...enApp,
  ...enBrowse,
  ...enCommon,
  ...enDetail,
  ...enDevices,
  ...enDoctor,
  ...enDrop,
  ...enFailures,
  ...enNetworkTest,
  ...enOrders,
  ...enPairing,
  ...enReport,
  ...enRequests,
  ...enSettings,
  ...enSharing,
  ...enTransfers,
} as const;

/** The base of a key: plural forms are one phrase. */
type Base<Key extends string> = Key extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : Key;

export type PhraseKey = Base<keyof typeof ENGLISH>;

export const GERMAN: Readonly<Record<keyof typeof ENGLISH, string>> = {
  ...SHELL_GERMAN,
  ...deApp,
  ...deBrowse,
  ...deCommon,
  ...deDetail,
  ...deDevices,
  ...deDoctor,
  ...deDrop,
  ...deFailures,
  ...deNetworkTest,
  ...deOrders,
  ...dePairing,
  ...deReport,
  ...deRequests,
  ...deSettings,
  ...deSharing,
  ...deTransfers,
};
