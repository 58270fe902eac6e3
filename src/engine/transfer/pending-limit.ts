/** Files waiting to be fetched above which no further page is asked for: keeps memory flat. */
export const MAX_PENDING_FILES = 20_000;
