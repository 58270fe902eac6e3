import { join } from 'node:path';

/** Where the built app has its parts, as absolute paths. */
export interface AppPlaces {
  readonly page: string;
  readonly preload: string;
  readonly engineEntry: string;
  readonly picture: (name: string) => string;
}

/** The parts of the app whose built entry lies in `mainFolder`. */
export function appPlaces(mainFolder: string): AppPlaces {
  const built = join(mainFolder, '..');
  return {
    page: join(built, 'renderer'),
    preload: join(built, 'preload', 'index.cjs'),
    engineEntry: join(built, 'main', 'engine-process.js'),
    picture: (name) => join(built, '..', 'resources', name),
  };
}
