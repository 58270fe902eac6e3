import type { Command } from 'commander';
import type { EngineSession } from '../../daemon/index.ts';
import { EXIT, type ExitCode } from '../../shared/exit-codes.ts';
import type { JobId } from '../../shared/ids.ts';
import type { OfferView } from '../../shared/job.ts';
import type { Context, Run } from '../context.ts';
import { toOfferLine } from '../lines.ts';
import { offerText } from '../offer-text.ts';
import { untilEnd } from '../until-end.ts';
import { withRunningEngine } from '../with-engine.ts';

export function addOffersCommand(program: Command, run: Run): void {
  program
    .command('offers')
    .description('list what others want to put here; with --watch they are asked of you instead of declined')
    .option('--watch', 'go on and tell every new offer')
    .action((flags: { readonly watch?: boolean }) =>
      run((context) =>
        withRunningEngine(context, { answersOffers: flags.watch === true }, (session) =>
          flags.watch === true ? watchOffers(context, session) : listOffers(context, session),
        ),
      ),
    );
}

async function listOffers(context: Context, session: EngineSession): Promise<ExitCode> {
  const offers = await session.api.call('offers.list', {}, context.signal);
  for (const offer of offers) context.output.fact(toOfferLine(offer), offerText(offer));
  if (offers.length === 0) context.output.text('Nothing is offered.');
  return EXIT.ok;
}

async function watchOffers(context: Context, session: EngineSession): Promise<ExitCode> {
  const told = new Set<JobId>();
  const tell = (offer: OfferView): void => {
    if (told.has(offer.job)) return;
    told.add(offer.job);
    context.output.fact(toOfferLine(offer), offerText(offer));
  };
  session.api.subscribe(({ event }) => {
    if (event.kind === 'offer-added') tell(event.offer);
    if (event.kind === 'offer-removed') told.delete(event.job);
  }, context.signal);
  const snapshot = await session.api.snapshot(context.signal);
  snapshot.offers.forEach(tell);
  return await untilEnd(context, session);
}
