import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { actorOf, DomainError, type ObjectId, type Principal } from '../../common/index.js';
import { Files, type StoredFile, type UploadedFile } from '../../files/index.js';
import { ManualTender } from '../../payments/index.js';
import { proofNotFound, proofsNotYours } from './manual.errors.js';
import { assertWaiting, ManualPayments } from './manual-payments.service.js';
import {
  type ManualPaymentRow,
  PROOF_COLUMNS,
  PROOF_TABLES,
  type ProofRow,
} from './manual.types.js';

type Queries = Pick<EntityManager, 'query'>;

const MAX_PROOFS = 10;

/** Pictures and papers that show a transfer. For the submitter and for staff; what is shown never changes. */
@Injectable()
export class Proofs {
  constructor(
    private readonly dataSource: DataSource,
    private readonly files: Files,
    private readonly tender: ManualTender,
    private readonly manuals: ManualPayments,
  ) {}

  /**
   * A new proof is a new version of the payment. The same claim again answers the proof it made before.
   * @throws DomainError 403 for others; 400 for content of another type, a proof that is there already or
   * one too many; 409 once the payment is decided.
   */
  add(
    caller: Principal,
    id: ObjectId,
    upload: UploadedFile,
    claimId: string | null,
  ): Promise<ProofRow> {
    return this.manuals.act(caller, id, async (manager, { payment, manual }) => {
      assertMayHandle(caller, manual);
      const made = await this.madeByClaim(manager, claimId);
      if (made) return made;
      assertWaiting(payment, undefined, 'proved');
      const file = await this.files.store(manager, {
        accountId: payment.account_id,
        uploadedBy: caller.userId,
        purpose: 'payment_proof',
        filename: upload.filename,
        bytes: upload.bytes,
      });
      await this.assertRoom(manager, payment.id, file);
      const [row]: { id: number }[] = await manager.query(
        `INSERT INTO manual_payment_proofs (payment_id, account_id, file_id, sha256, uploaded_by,
           idempotency_claim_id) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
        [payment.id, payment.account_id, file.id, file.sha256, caller.userId, claimId],
      );
      await this.tender.revise(manager, payment, { actor: actorOf(caller) });
      await this.manuals.audit(manager, caller, payment.id, 'payment.proof_added', {
        proof: row?.id,
        filename: file.filename,
        media_type: file.mediaType,
        size: file.size,
        sha256: file.sha256,
      });
      return this.one(manager, { sql: 'x.id = $1', params: [row?.id] });
    });
  }

  /** @throws DomainError 404, 403 as for `add`; 409 `not_manual`. */
  async open(caller: Principal, id: ObjectId): Promise<ManualPaymentRow> {
    const manual = await this.manuals.read(caller, id, this.dataSource);
    assertMayHandle(caller, manual);
    return manual;
  }

  async read(
    caller: Principal,
    id: ObjectId,
    proofId: ObjectId,
  ): Promise<{ file: StoredFile; bytes: Buffer }> {
    const manual = await this.open(caller, id);
    const [column, value] = 'id' in proofId ? ['id', proofId.id] : ['uuid', proofId.uuid];
    const proof = await this.one(this.dataSource, {
      sql: `x.payment_id = $1 AND x.${column} = $2`,
      params: [manual.payment_id, value],
    });
    const found = await this.files.read(this.dataSource, manual.account_id, proof.file_id);
    if (!found) throw proofNotFound();
    return found;
  }

  private async one(
    manager: Queries,
    where: { sql: string; params: unknown[] },
  ): Promise<ProofRow> {
    const rows: ProofRow[] = await manager.query(
      `SELECT ${PROOF_COLUMNS} FROM ${PROOF_TABLES} WHERE ${where.sql}`,
      where.params,
    );
    if (!rows[0]) throw proofNotFound();
    return rows[0];
  }

  private async madeByClaim(manager: Queries, claimId: string | null): Promise<ProofRow | null> {
    if (!claimId) return null;
    const rows: ProofRow[] = await manager.query(
      `SELECT ${PROOF_COLUMNS} FROM ${PROOF_TABLES} WHERE x.idempotency_claim_id = $1`,
      [claimId],
    );
    return rows[0] ?? null;
  }

  private async assertRoom(manager: Queries, paymentId: number, file: StoredFile): Promise<void> {
    const proofs: { sha256: string }[] = await manager.query(
      'SELECT sha256 FROM manual_payment_proofs WHERE payment_id = $1',
      [paymentId],
    );
    if (proofs.some(({ sha256 }) => sha256 === file.sha256)) {
      throw refusedProof('proof_already_there', 'this very file is there already');
    }
    if (proofs.length >= MAX_PROOFS) {
      throw refusedProof('too_many_proofs', `a payment has at most ${MAX_PROOFS} proofs`);
    }
  }
}

export function mayHandleProofs({ role, userId }: Principal, manual: ManualPaymentRow): boolean {
  return role === 'staff' || role === 'admin' || manual.submitted_by === userId;
}

function assertMayHandle(caller: Principal, manual: ManualPaymentRow): void {
  if (!mayHandleProofs(caller, manual)) throw proofsNotYours();
}

function refusedProof(code: string, message: string): DomainError {
  return new DomainError('refused', code, `file: ${message}`, { errors: { file: [message] } });
}
