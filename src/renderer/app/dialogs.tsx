import { CopyToDialog } from '../features/browse/copy-to-dialog.tsx';
import { DoctorDialog } from '../features/doctor/doctor-dialog.tsx';
import { ChooseDevicesDialog } from '../features/drop/choose-devices-dialog.tsx';
import { SendAgainDialog } from '../features/drop/send-again-dialog.tsx';
import { AddAddressDialog } from '../features/pairing/add-address-dialog.tsx';
import { PairDialog } from '../features/pairing/pair-dialog.tsx';
import { ReportDialog } from '../features/report/report-dialog.tsx';
import { CancelDialog } from '../features/transfers/cancel-dialog.tsx';
import { ConflictDialog } from '../features/transfers/conflict-dialog.tsx';
import { useView } from '../store/app-context.ts';
import { Palette } from './palette.tsx';
import type { PickToSend } from './run-command.ts';
import { Shortcuts } from './shortcuts.tsx';

/** The one question or tool that stands over the screen. */
export function Dialogs({ pick }: { readonly pick: PickToSend }) {
  const dialog = useView((state) => state.dialog);
  switch (dialog?.kind) {
    case undefined:
      return null;
    case 'pair':
      return <PairDialog key={dialog.shortId} shortId={dialog.shortId} invite={dialog.join ?? null} />;
    case 'add-address':
      return <AddAddressDialog key={dialog.address} given={dialog.address ?? ''} />;
    case 'doctor':
      return <DoctorDialog key={dialog.target} target={dialog.target} />;
    case 'choose-devices':
      return <ChooseDevicesDialog />;
    case 'cancel-job':
      return <CancelDialog job={dialog.job} withGroup={dialog.withGroup ?? false} />;
    case 'send-again':
      return <SendAgainDialog job={dialog.job} />;
    case 'answer-conflict':
      return <ConflictDialog job={dialog.job} />;
    case 'copy-to':
      return <CopyToDialog key={dialog.peer} peer={dialog.peer} from={dialog.from} />;
    case 'report':
      return <ReportDialog key={dialog.job} job={dialog.job} />;
    case 'palette':
      return <Palette pick={pick} />;
    case 'shortcuts':
      return <Shortcuts />;
  }
}
