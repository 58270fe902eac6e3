import { attach } from '../src/daemon/index.ts';
import type { CallInput, CallName, CallOutput, EngineApi, EngineEvent } from '../src/shared/engine-api.ts';
import { ENDED_STATES, type JobView } from '../src/shared/job.ts';
import type { Device } from './device.ts';
import { eventually } from './eventually.ts';

/** One device's engine as the app has it: calls and events through its control socket. Hold it with `using`. */
export class EngineSide implements Disposable {
  readonly device: Device;
  readonly events: EngineEvent[] = [];
  readonly #api: EngineApi;
  readonly #stop: AbortController;

  private constructor(device: Device, api: EngineApi, stop: AbortController) {
    this.device = device;
    this.#api = api;
    this.#stop = stop;
    api.subscribe(({ event }) => this.events.push(event), stop.signal);
  }

  static async open(device: Device): Promise<EngineSide> {
    const stop = new AbortController();
    const env = { ...process.env, FERRY_HOME: device.home };
    const engine = {
      port: 0,
      listen: null,
      name: null,
      inbox: null,
      accept: 'none',
      announce: false,
    } as const;
    const session = await attach({ env, verbose: false, answersOffers: true, engine }, stop.signal);
    if (session === null) throw new Error(`${device.name} does not serve`);
    stop.signal.addEventListener('abort', () => void session.close(AbortSignal.abort()), { once: true });
    return new EngineSide(device, session.api, stop);
  }

  async call<Name extends CallName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    return await this.#api.call(
      name,
      input,
      AbortSignal.any([this.#stop.signal, AbortSignal.timeout(20_000)]),
    );
  }

  async job(job: string): Promise<JobView> {
    return await this.call('jobs.get', { job });
  }

  /** Waits until the job is as wanted here. */
  async until(
    job: string,
    what: string,
    holds: (view: JobView) => boolean,
    withinMs = 15_000,
  ): Promise<JobView> {
    const ask = async () => {
      const view = await this.job(job).catch(() => null);
      return view !== null && holds(view) && view;
    };
    return await eventually(`${this.device.name}: ${what}`, ask, withinMs);
  }

  async ended(job: string): Promise<JobView> {
    return await this.until(job, 'has ended', ({ state }) => ENDED_STATES.has(state), 40_000);
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
  }
}
