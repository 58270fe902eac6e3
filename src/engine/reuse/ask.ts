/** What came for an ask; memory of the connection, to be used before the call returns or kept. */
export interface AskAnswer {
  /** As in the frame's header. */
  readonly status: number;
  readonly meta: Buffer;
  readonly content: Buffer;
  /** Keeps the content from being read into again; call the result to give it back. */
  readonly keep: () => () => void;
}

/** A question of a rung to the source, as one frame and its answer. */
export interface Ask {
  readonly kind: 'ask';
  /** Kinds of the frame that asks and of the one that answers. */
  readonly frame: number;
  readonly answer: number;
  /** Content that may come at most; counts as wanted until it is here. */
  readonly maxBytes: number;
  readonly encode: () => Buffer;
  /** @throws Failure that fails the whole job; `peer-misbehaved` for what makes no sense. */
  readonly answered: (answer: AskAnswer) => void;
  /** It was asked for on a connection that is gone: to be asked again. */
  readonly lost: () => void;
}
