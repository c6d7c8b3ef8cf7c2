import { DomainError } from '../common/index.js';

export const drawerNotFound = (): DomainError =>
  new DomainError('not_found', 'cash_drawer_not_found', 'Cash drawer not found');

export const sessionNotFound = (): DomainError =>
  new DomainError('not_found', 'cash_session_not_found', 'Drawer session not found');

export const reportNotFound = (): DomainError =>
  new DomainError(
    'not_found',
    'z_report_not_found',
    'There is no Z report before the session is closed; the X report shows it so far',
  );

export const noOpenSession = (): DomainError =>
  new DomainError(
    'conflict',
    'no_open_drawer_session',
    'Open a cash drawer session before handling cash',
  );

export const sessionCounting = (): DomainError =>
  new DomainError(
    'conflict',
    'drawer_session_counting',
    'The drawer is being counted: close the session and open another',
  );

export const sessionClosed = (): DomainError =>
  new DomainError('conflict', 'drawer_session_closed', 'The drawer session is closed already');

export const sessionNotClosed = (): DomainError =>
  new DomainError('conflict', 'drawer_session_not_closed', 'Close the session before its review');

export const sessionReviewed = (): DomainError =>
  new DomainError('conflict', 'drawer_session_reviewed', 'The session has been reviewed already');

export const notYourSession = (): DomainError =>
  new DomainError(
    'forbidden',
    'not_your_session',
    'Only its cashier, staff and administrators may do this in a session',
  );

export const secondPersonNeeded = (what: string): DomainError =>
  new DomainError('forbidden', 'second_person_required', what);

export const drawerInUse = (): DomainError =>
  new DomainError(
    'conflict',
    'drawer_in_use',
    'Somebody has a session open at this drawer: it must be closed first',
  );

export const cashierHasSession = (): DomainError =>
  new DomainError(
    'conflict',
    'cashier_has_open_session',
    'You have a session open at another drawer: close it first',
  );

export const reviewPending = (number: number): DomainError =>
  new DomainError(
    'conflict',
    'drawer_review_pending',
    `Session ${number} of this drawer closed with a variance above the limit: a second person must review it first`,
  );

export const drawerArchived = (): DomainError =>
  new DomainError('conflict', 'cash_drawer_archived', 'The cash drawer is archived');

export const holdingLimitReached = (currency: string): DomainError =>
  new DomainError(
    'conflict',
    'holding_limit_reached',
    `The drawer holds as much ${currency} as it may: record a drop to the safe or a bank deposit first`,
  );

export const notEnoughCash = (currency: string): DomainError =>
  new DomainError(
    'conflict',
    'not_enough_cash',
    `The drawer does not hold that much ${currency} by its records`,
  );

export const currencyNotHeld = (currency: string): DomainError =>
  new DomainError(
    'conflict',
    'currency_not_in_drawer',
    `This drawer session does not take ${currency}`,
  );

export const drawerNotEmpty = (currency: string): DomainError =>
  new DomainError(
    'conflict',
    'cash_drawer_not_empty',
    `The drawer still holds ${currency}: drop it to the safe in a session first`,
  );

export const countMissing = (): DomainError =>
  new DomainError(
    'conflict',
    'drawer_not_counted',
    'Count the drawer first, or send what was counted along with the close',
  );
