import { html, type Html } from './html.js';

/** "TZS 50,000": thousands set apart, a fraction of zeros dropped. */
export function showAmount(amount: string, currency: string): string {
  return `${currency} ${grouped(amount)}`;
}

/** The same, large, with the currency set small before it. */
export function amountTag(amount: string, currency: string): Html {
  return html`<span class="amount"><small>${currency}</small> ${grouped(amount)}</span>`;
}

function grouped(amount: string): string {
  const [whole = '', fraction = ''] = amount.split('.');
  const thousands = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return /[1-9]/.test(fraction) ? `${thousands}.${fraction}` : thousands;
}

/** "+255 653 294 241"; wallet numbers outside the public plan stay as they are. */
export function showPhone(phone: string): string {
  const parts = /^(\d{3})(\d{3})(\d{3})(\d{3})$/.exec(phone);
  if (parts) return `+${parts.slice(1).join(' ')}`;
  return /^\d{11,15}$/.test(phone) ? `+${phone}` : phone;
}

/** Time of day on this machine, with seconds. */
export function showTime(iso: string): string {
  return new Date(iso).toLocaleTimeString('en-GB');
}

export function timeTag(iso: string): Html {
  return html`<time datetime="${iso}" title="${iso}">${showTime(iso)}</time>`;
}

const NETWORKS: Readonly<Record<string, string>> = {
  AIRTEL: 'Airtel Money',
  TIGO: 'Mixx by Yas',
  MPESA: 'M-Pesa',
  HALOPESA: 'HaloPesa',
  AZAMPESA: 'AzamPesa',
  WAVE: 'Wave',
  ORANGE: 'Orange Money',
  MTN: 'MTN MoMo',
};

export function showNetwork(network: string | null): string {
  return network === null ? 'Mobile money' : (NETWORKS[network] ?? network);
}

/** Pretty JSON where it is JSON, else the text itself. */
export function showBody(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
