import { minor, text } from '../cells.js';
import type { Evidence } from '../evidence.js';
import { Judgement } from '../judgement.js';
import { minorOf } from '../money.js';

/** What people did with money of the queue is there as they were told, once, and nothing that nobody did. */
export async function acknowledgedActs(evidence: Evidence): Promise<Judgement> {
  const { history, tables } = evidence;
  const judgement = new Judgement('acknowledged-acts', 'acts on money that nobody owed');
  const act = await tables.finder('unallocated_acts');
  for (const { actId, receiptId, amount, status } of history.acts) {
    judgement.look();
    const row = act(actId);
    if (!row) {
      judgement.fault(`act ${actId} on receipt ${receiptId} was acknowledged and is lost`);
      continue;
    }
    const receipt = text(row, 'receipt_id');
    if (receipt !== receiptId) {
      judgement.fault(`act ${actId} was acknowledged for receipt ${receiptId}, not ${receipt}`);
    }
    if (minorOf(amount, text(row, 'currency')) !== minor(row, 'amount_minor')) {
      judgement.fault(
        `act ${actId} was acknowledged over ${String(amount)}, is over ${minor(row, 'amount_minor')} minor units`,
      );
    }
    const told = history.decidedActs.get(actId) ?? status;
    if (told !== 'waiting' && told !== row['status']) {
      judgement.fault(
        `act ${actId} was acknowledged as ${String(told)}, is ${text(row, 'status')}`,
      );
    }
  }
  if (history.acts.length > 0) await nobodyElses(evidence, judgement);
  return judgement;
}

/** Each unknown outcome explains one act at most. */
async function nobodyElses(evidence: Evidence, judgement: Judgement): Promise<void> {
  const { acts, unknownActs } = evidence.history;
  const known = new Set(acts.map(({ actId }) => actId));
  const unknown = [...unknownActs.values()];
  for (const row of await evidence.tables.rows('unallocated_acts')) {
    if (!evidence.ofRun(row) || known.has(text(row, 'id'))) continue;
    const place = unknown.indexOf(text(row, 'receipt_id'));
    if (place >= 0) unknown.splice(place, 1);
    else judgement.fault(`act ${text(row, 'id')}: nobody asked for it (doubled)`);
  }
}
