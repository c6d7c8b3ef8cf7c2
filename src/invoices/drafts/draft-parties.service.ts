import { Injectable } from '@nestjs/common';
import { invalidField, parseObjectId, type Principal } from '../../common/index.js';
import { Users, type UserView } from '../../identity/index.js';
import { type Payable, Payables } from '../../payments/index.js';
import type { UpdateInvoiceDto } from '../api/invoice-drafts.dto.js';

/** Whom and what a request names; undefined where it says nothing, null where it says nobody. */
export interface DraftParties {
  customer: UserView | null | undefined;
  booking: Payable | null | undefined;
}

/** Who is billed, and for which booking. It reads outside of transactions, so that none waits for it. */
@Injectable()
export class DraftPartiesReader {
  constructor(
    private readonly users: Users,
    private readonly payables: Payables,
  ) {}

  /** @throws DomainError that names the field at fault. */
  async read(
    caller: Principal,
    { customer, booking }: Pick<UpdateInvoiceDto, 'customer' | 'booking'>,
  ): Promise<DraftParties> {
    return {
      customer:
        customer === undefined || customer === null
          ? customer
          : await this.customer(caller, customer),
      booking:
        booking === undefined || booking === null ? booking : await this.booking(caller, booking),
    };
  }

  private async customer(caller: Principal, email: string): Promise<UserView> {
    const user = await this.users.findByEmail(caller.accountId, email);
    if (user?.role === 'customer') return user;
    throw invalidField('customer', 'must be the e-mail of a customer of this account');
  }

  private async booking(caller: Principal, value: number | string): Promise<Payable> {
    const id = parseObjectId(value);
    const booking = id && (await this.payables.find('booking')?.find(id));
    if (booking?.accountId === caller.accountId) return booking;
    throw invalidField('booking', 'there is no such booking');
  }
}
