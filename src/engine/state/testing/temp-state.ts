import type { Home } from '../home.ts';
import { createStateClient, type StateClient } from '../state-client.ts';
import { makeHeardLog, makeTempHome } from './temp-home.ts';

export interface TempState extends AsyncDisposable {
  readonly home: Home;
  readonly state: StateClient;
}

/** A started state in a temp home, stopped and removed when disposed of. */
export async function makeTempState(): Promise<TempState> {
  const temp = await makeTempHome();
  const state = createStateClient({ home: temp.home, log: makeHeardLog().log, repair: true });
  await state.start();
  return {
    home: temp.home,
    state,
    async [Symbol.asyncDispose]() {
      await state.stop();
      await temp[Symbol.asyncDispose]();
    },
  };
}
