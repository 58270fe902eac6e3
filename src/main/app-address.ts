/** Scheme and host of the page: a custom protocol instead of `file://`, so that it has an origin of its own. */
export const APP_SCHEME = 'app';
const APP_HOST = 'ferry';

export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;
export const START_ADDRESS = `${APP_ORIGIN}/index.html`;

/** Whether `address` is a page of ours; everything else is never navigated to. */
export function isOwnAddress(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && url.protocol === `${APP_SCHEME}:` && url.host === APP_HOST && url.username === '';
}

/** What is known of a frame that sends a message. */
export interface SendingFrame {
  readonly origin: string;
  /** Null in a page's main frame. */
  readonly parent: unknown;
}

/** Whether a message comes from the main frame of our page and nothing embedded or foreign. */
export function isOwnFrame(frame: SendingFrame | null): boolean {
  return frame !== null && frame.parent === null && frame.origin === APP_ORIGIN;
}

/** Permissions a page may have; everything else is denied. */
export function isGrantedPermission(permission: string, origin: string): boolean {
  return permission === 'notifications' && (origin === APP_ORIGIN || origin === `${APP_ORIGIN}/`);
}
