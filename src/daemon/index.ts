/** The door of the daemon room: who holds an engine, and how others reach it. */
export { attach, attachOrHost, attachOrState, hostEngine } from './host.ts';
export type { EngineSession, SessionOptions, WebWishes } from './session.ts';
