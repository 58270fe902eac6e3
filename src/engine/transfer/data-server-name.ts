import type { JobId } from '../../shared/ids.ts';
import { DATA_SERVER_NAME } from '../identity/tls-settings.ts';

const ROUTE_DIGITS = 8;

/**
 * TLS server name of a job's data connections: `<8 digits>.data.ferry`. It only routes: all connections
 * of a job reach the same data worker. What the connection may do, its grant decides.
 */
export function dataServerName(job: JobId): string {
  return `${job.slice(0, ROUTE_DIGITS)}.${DATA_SERVER_NAME}`;
}

/** Which of `workers` serves a connection with this server name; any name at all has one. */
export function routeOf(serverName: string, workers: number): number {
  const digits = serverName.slice(0, ROUTE_DIGITS);
  return /^[0-9a-f]{8}$/.test(digits) ? Number.parseInt(digits, 16) % workers : 0;
}

const PULL_SUFFIX = `.pull.${DATA_SERVER_NAME}`;

/** For connections that the source dials because the puller could not. */
export function pullServerName(job: JobId): string {
  return `${job.slice(0, ROUTE_DIGITS)}${PULL_SUFFIX}`;
}

/** First digits of the job a source brings data for; null for ordinary data connections. */
export function pullRouteOf(serverName: string): string | null {
  return serverName.endsWith(PULL_SUFFIX) ? serverName.slice(0, ROUTE_DIGITS) : null;
}
