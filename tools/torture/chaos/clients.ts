import {
  closeDrawer,
  giveBack,
  openDrawer,
  payByTransfer,
  sellForCash,
} from './counter.clients.js';
import type { Load, LoadUser } from './load.js';
import { payByPrompt, payOnPage } from './prompt.clients.js';
import { clearQueue } from './queue.clients.js';
import { knockFalsely, orderOnline } from './webhook.clients.js';

const OPENING = '10000000.00';

/** How many of each kind are at it at once; prompts are what most payments are. */
const CROWD = { prompts: 12, momo: 3, pages: 3, transfers: 2 } as const;

/** Everybody, until the load is over; then the drawers are counted. */
export async function runClients(load: Load): Promise<void> {
  const till = load.caller('staff', 'till');
  const sellers = (['cashier', 'staff2'] as const).map((user) =>
    load.caller(user, `seller-${user}`),
  );
  const drawers = await Promise.all(
    sellers.map(async (me) => ({ me, session: await openDrawer(till, me, OPENING) })),
  );
  const refunds = await openDrawer(till, till, OPENING);
  const work = [
    ...crowd(load, 'customer', 'payer', CROWD.prompts, (me) => payByPrompt(load, me, 'TZS')),
    ...crowd(load, 'customer', 'momo', CROWD.momo, (me) => payByPrompt(load, me, 'UGX')),
    ...crowd(load, 'customer', 'page', CROWD.pages, (me) => payOnPage(load, me)),
    ...drawers.map(({ me, session }) => sellForCash(load, me, session)),
    ...Array.from({ length: CROWD.transfers }, (_, i) =>
      payByTransfer(load, {
        customer: load.caller('customer', `transfer-${i}`),
        staff: load.caller('staff', `biller-${i}`),
        staff2: load.caller('staff2', `approver-${i}`),
      }),
    ),
    orderOnline(load, load.caller('customer', 'shopper'), till),
    orderOnline(load, load.caller('customer2', 'shopper-2'), till),
    knockFalsely(load, load.caller('customer', 'forger')),
    giveBack(load, till),
    clearQueue(
      load,
      load.caller('staff2', 'accountant'),
      load.caller('admin', 'second-accountant'),
    ),
  ];
  await Promise.all(
    work.map((client) =>
      client.catch((error: Error) => {
        load.stop(error);
      }),
    ),
  );
  for (const { me, session } of drawers) await closeDrawer(me, session);
  await closeDrawer(till, refunds);
}

function crowd(
  load: Load,
  user: LoadUser,
  name: string,
  count: number,
  work: (me: ReturnType<Load['caller']>) => Promise<void>,
): Promise<void>[] {
  return Array.from({ length: count }, (_, i) => work(load.caller(user, `${name}-${i}`)));
}
