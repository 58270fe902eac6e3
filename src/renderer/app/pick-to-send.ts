import { pickAndSend } from '../features/drop/send-selection.ts';
import type { PickToSend } from './run-command.ts';

/** Lets a person pick files or folders: for `shortId`, or for devices chosen afterwards. */
export const pickToSend: PickToSend = (app, what, shortId) => {
  void pickAndSend(app, what, shortId);
};
