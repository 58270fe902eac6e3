import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { EngineApi } from '../../shared/engine-api.ts';
import type { HostApi } from '../../shared/host-api.ts';
import type { EngineState, EngineStore } from './engine-store.ts';
import type { SpeedHistory } from './speed-history.ts';
import { type ViewState, viewStore } from './view-store.ts';

/** What every component may use. Made once a connection is up; gone when it ends. */
export interface AppContext {
  readonly engine: EngineApi;
  readonly store: EngineStore;
  readonly speeds: SpeedHistory;
  readonly host: HostApi;
}

export const AppContextHolder = createContext<AppContext | null>(null);

/** @throws Error outside of a connected app, which is a mistake in the program. */
export function useApp(): AppContext {
  const context = useContext(AppContextHolder);
  if (context === null) throw new Error('used outside of a connected app');
  return context;
}

/** A part of what the engine says; renders only when that part changes (compared by identity). */
export function useEngine<Part>(select: (state: EngineState) => Part): Part {
  return useStore(useApp().store, select);
}

/** A part of what the screen decides. */
export function useView<Part>(select: (state: ViewState) => Part): Part {
  return useStore(viewStore, select);
}
