/** Lets steps run one after the other in the order they were asked for, whatever becomes of the others. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  inTurn<Result>(step: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(step);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
