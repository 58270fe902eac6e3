import { z } from 'zod';
import { jobMessages } from './job-messages.ts';
import { pingMessage, pongMessage } from './link-messages.ts';
import { measureMessages } from './measure-messages.ts';
import { orderMessages } from './order-messages.ts';
import { pairMessages } from './pair-messages.ts';
import { shareMessages } from './share-messages.ts';

/** Everything that may follow the hello on a control connection. */
export const controlMessage = z.discriminatedUnion('kind', [
  pingMessage,
  pongMessage,
  ...pairMessages,
  ...jobMessages,
  ...shareMessages,
  ...measureMessages,
  ...orderMessages,
]);

export type ControlMessage = z.infer<typeof controlMessage>;

/** What the rest of the engine sends and hears: all but the link's own keepalive. */
export type LinkMessage = Exclude<ControlMessage, { readonly kind: 'ping' | 'pong' }>;
export type LinkMessageOf<Kind extends LinkMessage['kind']> = Extract<LinkMessage, { readonly kind: Kind }>;
