import { Module } from '@nestjs/common';
import { AuditsModule } from '../audits/index.js';
import { CreditsModule } from '../credits/index.js';
import { IdentityModule } from '../identity/index.js';
import { LedgerModule } from '../ledger/index.js';
import { ProvidersModule } from '../providers/index.js';
import { GatewayHealth } from './api/gateway-health.service.js';
import { PaymentActsController } from './api/payment-acts.controller.js';
import {
  PaymentExportsController,
  TransactionExportsController,
} from './api/payment-exports.controller.js';
import { PaymentLists } from './api/payment-lists.service.js';
import { PaymentsController } from './api/payments.controller.js';
import { ProvidersController } from './api/providers.controller.js';
import { TransactionsController } from './api/transactions.controller.js';
import { AttemptChecks } from './attempts/attempt-checks.service.js';
import { AttemptOpening } from './attempts/attempt-opening.service.js';
import { AttemptOutcome } from './attempts/attempt-outcome.service.js';
import { AttemptSteps } from './attempts/attempt-steps.service.js';
import { GatewayCall } from './attempts/gateway-call.service.js';
import { GatewayEvents } from './attempts/gateway-events.service.js';
import { InitiateGateway } from './attempts/initiate-gateway.service.js';
import { Resolutions } from './attempts/resolutions.service.js';
import { CheckoutController } from './checkout/checkout.controller.js';
import { CheckoutOpening } from './checkout/checkout-opening.service.js';
import { CheckoutOrders } from './checkout/checkout-order.service.js';
import { Checkouts } from './checkout/checkouts.service.js';
import { Superseding } from './checkout/superseding.service.js';
import { VerificationPresenter } from './checkout/verification.presenter.js';
import { Verification } from './checkout/verification.service.js';
import { CashDesk } from './cash-desk.port.js';
import { Payables } from './payables.registry.js';
import { PaymentCreation } from './payment-creation.service.js';
import { PaymentMaking } from './payment-making.service.js';
import { PaymentEndings } from './payment-endings.service.js';
import { PaymentReader } from './payment-reader.service.js';
import { PaymentRepository } from './payment.repository.js';
import { Payments } from './payments.service.js';
import { RefundApprovals } from './refunds/refund-approvals.service.js';
import { RefundCalls } from './refunds/refund-calls.service.js';
import { RefundEvents } from './refunds/refund-events.service.js';
import { RefundExecution } from './refunds/refund-execution.service.js';
import { RefundRequests } from './refunds/refund-requests.service.js';
import { RefundRoutes } from './refunds/refund-routes.service.js';
import { RefundSettling } from './refunds/refund-settling.service.js';
import { RefundSteps } from './refunds/refund-steps.service.js';
import { RefundRepository } from './refunds/refund.repository.js';
import { RefundsController } from './refunds/refunds.controller.js';
import { FailureSettlement } from './settlement/failure.settlement.js';
import { PaidSettlement } from './settlement/paid.settlement.js';
import { RefundSettlement } from './settlement/refund.settlement.js';
import { Releases } from './settlement/releases.service.js';
import { Settlement } from './settlement/settlement.service.js';
import { CashCheckouts } from './tenders/cash-checkouts.service.js';
import { CashPayments } from './tenders/cash-payments.service.js';
import { Collections } from './tenders/collections.service.js';
import { ManualTender } from './tenders/manual-tender.service.js';
import { SignedConfirmations } from './tenders/signed-confirmations.service.js';
import { TenderAttempts } from './tenders/tender-attempts.service.js';
import { ActExecution } from './unallocated/act-execution.service.js';
import { ActMoney } from './unallocated/act-money.service.js';
import { ActTrail } from './unallocated/act.trail.js';
import { ReceiptDesk } from './unallocated/receipt-desk.service.js';
import { UnallocatedActs } from './unallocated/unallocated-acts.service.js';
import { UnallocatedReceipts } from './unallocated/unallocated-receipts.service.js';
import { UnallocatedController } from './unallocated/unallocated.controller.js';

@Module({
  imports: [LedgerModule, CreditsModule, AuditsModule, IdentityModule, ProvidersModule],
  controllers: [
    ProvidersController,
    PaymentExportsController,
    TransactionExportsController,
    TransactionsController,
    PaymentsController,
    PaymentActsController,
    RefundsController,
    CheckoutController,
    UnallocatedController,
  ],
  providers: [
    Payables,
    CashDesk,
    PaymentRepository,
    PaymentReader,
    PaymentLists,
    GatewayHealth,
    PaymentMaking,
    PaymentCreation,
    Payments,
    PaymentEndings,
    PaidSettlement,
    FailureSettlement,
    RefundSettlement,
    Settlement,
    AttemptOpening,
    AttemptOutcome,
    AttemptSteps,
    AttemptChecks,
    GatewayCall,
    GatewayEvents,
    InitiateGateway,
    Resolutions,
    RefundRepository,
    RefundRoutes,
    RefundEvents,
    RefundRequests,
    RefundApprovals,
    RefundSteps,
    RefundSettling,
    RefundCalls,
    RefundExecution,
    CheckoutOrders,
    CheckoutOpening,
    Superseding,
    Checkouts,
    Verification,
    VerificationPresenter,
    Releases,
    TenderAttempts,
    ManualTender,
    CashPayments,
    CashCheckouts,
    Collections,
    SignedConfirmations,
    UnallocatedReceipts,
    UnallocatedActs,
    ActExecution,
    ActMoney,
    ActTrail,
    ReceiptDesk,
  ],
  exports: [
    Payables,
    CashDesk,
    Payments,
    PaymentMaking,
    PaymentEndings,
    PaymentReader,
    Settlement,
    GatewayEvents,
    Checkouts,
    Verification,
    ManualTender,
    ReceiptDesk,
  ],
})
export class PaymentsModule {}
