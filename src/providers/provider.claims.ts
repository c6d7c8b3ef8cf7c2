import { CURRENCIES } from '../common/index.js';
import { type PaymentProvider, PROVIDER_IDS } from './port/provider.port.js';

interface Claim {
  capability: string;
  claimed: boolean;
  method: string;
}

function claimsOf({ capabilities }: PaymentProvider): Claim[] {
  const { refund, cancel, statusQuery, confirms } = capabilities;
  return [
    { capability: `refund: ${refund}`, claimed: refund !== 'none', method: 'refund' },
    { capability: 'cancel', claimed: cancel, method: 'cancel' },
    { capability: 'statusQuery', claimed: statusQuery, method: 'fetchStatus' },
    { capability: 'confirms: query', claimed: confirms === 'query', method: 'fetchStatus' },
    {
      capability: 'confirms: signature',
      claimed: confirms === 'signature',
      method: 'parseWebhook',
    },
  ];
}

/** Everything in which an adapter's word about itself can not be true, in words that tell the fix. */
export function falseClaims(provider: PaymentProvider): string[] {
  const { code, capabilities } = provider;
  const { currencies, limits, lifetimeS, pollScheduleS, statusQuery } = capabilities;
  const problems = claimsOf(provider)
    .filter(({ claimed, method }) => claimed && !implementsMethod(provider, method))
    .map(({ capability, method }) => `claims "${capability}" without ${method}(): add one of them`);
  const say = (wrong: boolean, problem: string): void => {
    if (wrong) problems.push(problem);
  };
  say(!Object.hasOwn(PROVIDER_IDS, code), 'has no integer id: add it to PROVIDER_IDS');
  for (const currency of currencies) {
    say(!CURRENCIES.has(currency), `claims currency ${currency}, which common/ does not know`);
  }
  say(currencies.length === 0, 'claims no currency');
  say(limits.min < 0 || limits.max < limits.min, `has limits ${limits.min} to ${limits.max}`);
  say(lifetimeS <= 0, `has a lifetime of ${lifetimeS} s`);
  const rising = pollScheduleS.every((at, i) => at > (pollScheduleS[i - 1] ?? 0));
  say(!rising, 'has a poll schedule that does not rise');
  say(pollScheduleS.length > 0 && !statusQuery, 'has a poll schedule but no statusQuery');
  return problems.map((problem) => `gateway ${code} ${problem}`);
}

function implementsMethod(provider: PaymentProvider, method: string): boolean {
  return typeof (provider as unknown as Record<string, unknown>)[method] === 'function';
}
