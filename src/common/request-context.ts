import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line and audit entry of one request or job carries. */
export interface RequestContext {
  requestId: string;
  /** The payment under work, once known. */
  paymentId?: number;
}

export const requestContext = new AsyncLocalStorage<RequestContext>();

/** Names the payment in all further log lines of this request or job. */
export function notePayment(paymentId: number): void {
  const context = requestContext.getStore();
  if (context) context.paymentId = paymentId;
}
