import { registerHooks } from 'node:module';

/** Given to a spawned process with `--import`: whoever loads the engine's door gets the fake one. */
registerHooks({
  resolve: (specifier, context, nextResolve) =>
    specifier.endsWith('/engine/index.ts')
      ? { url: new URL('fake-engine-module.ts', import.meta.url).href, shortCircuit: true }
      : nextResolve(specifier, context),
});
