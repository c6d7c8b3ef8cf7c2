import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audits } from '../../audits/index.js';
import { actorOf, invalidField, normalisePhone, type Principal } from '../../common/index.js';
import { change, Transactions } from '../../database/index.js';
import { createPdf, type PaperIssuer, ISSUER_JSON } from '../../documents/index.js';
import { Files } from '../../files/index.js';
import type { UploadedFile } from '../../http/index.js';
import type { UpdateIssuerDto } from './issuer.dto.js';
import { isWholePng } from './logo.check.js';

const LOGO_MAX_BYTES = 512 * 1024;

/** What the papers of an account say of it from now on; those that are issued keep what they said. */
@Injectable()
export class Issuers {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: Transactions,
    private readonly files: Files,
    private readonly audits: Audits,
  ) {}

  read(accountId: number): Promise<PaperIssuer> {
    return select(this.dataSource, accountId, '');
  }

  /** What is left out stays, null empties. @throws DomainError that names the field at fault. */
  change(caller: Principal, wanted: UpdateIssuerDto): Promise<PaperIssuer> {
    const phone = wanted.phone ? `+${normalisePhone(wanted.phone, null)}` : wanted.phone;
    return this.transactions.run(async (manager) => {
      const before = await select(manager, caller.accountId, 'FOR UPDATE');
      const keep = <T>(value: T | undefined, old: T): T => (value === undefined ? old : value);
      const after: PaperIssuer = {
        ...before,
        legal_name: keep(wanted.legal_name, before.legal_name)?.trim() ?? '',
        address: keep(wanted.address, before.address)?.trim() ?? '',
        tax_id: keep(wanted.tax_id, before.tax_id)?.trim() ?? '',
        email: keep(wanted.email, before.email),
        phone: keep(phone, before.phone),
        footer: keep(wanted.footer, before.footer)?.trim() ?? '',
      };
      await change(
        manager,
        `UPDATE accounts SET legal_name = $2, address = $3, tax_id = $4, contact_email = $5,
           contact_phone = $6, paper_footer = $7 WHERE id = $1`,
        [
          caller.accountId,
          after.legal_name,
          after.address,
          after.tax_id,
          after.email,
          after.phone,
          after.footer,
        ],
      );
      await this.audit(manager, caller, differences(before, after));
      return after;
    });
  }

  /** @throws DomainError that names `file` when papers cannot show it. */
  async setLogo(caller: Principal, { filename, bytes }: UploadedFile): Promise<PaperIssuer> {
    if (bytes.length > LOGO_MAX_BYTES) {
      throw invalidField('file', `must have at most ${LOGO_MAX_BYTES / 1024} KiB`);
    }
    await assertDrawable(bytes);
    return this.transactions.run(async (manager) => {
      const stored = await this.files.store(manager, {
        accountId: caller.accountId,
        uploadedBy: caller.userId,
        purpose: 'paper_logo',
        filename,
        bytes,
      });
      await this.keepLogo(manager, caller, stored.id, { logo: stored.sha256 });
      return select(manager, caller.accountId, '');
    });
  }

  removeLogo(caller: Principal): Promise<void> {
    return this.transactions.run((manager) => this.keepLogo(manager, caller, null, { logo: null }));
  }

  private async keepLogo(
    manager: EntityManager,
    caller: Principal,
    fileId: number | null,
    changes: Record<string, unknown>,
  ): Promise<void> {
    await change(manager, 'UPDATE accounts SET logo_file_id = $2 WHERE id = $1', [
      caller.accountId,
      fileId,
    ]);
    await this.audit(manager, caller, changes);
  }

  private audit(
    manager: EntityManager,
    caller: Principal,
    changes: Record<string, unknown>,
  ): Promise<void> {
    return this.audits.append(manager, [
      {
        accountId: caller.accountId,
        actor: actorOf(caller),
        action: 'account.paper_details_changed',
        objectType: 'account',
        objectId: caller.accountId,
        changes,
      },
    ]);
  }
}

async function select(
  manager: Pick<EntityManager, 'query'>,
  accountId: number,
  lock: '' | 'FOR UPDATE',
): Promise<PaperIssuer> {
  const [row]: { issuer: PaperIssuer }[] = await manager.query(
    `SELECT ${ISSUER_JSON} AS issuer FROM accounts a WHERE a.id = $1 ${lock}`,
    [accountId],
  );
  if (!row) throw new Error(`account ${accountId} is gone`);
  return row.issuer;
}

/** A picture that cannot be drawn would spoil every paper: one is drawn to see. */
async function assertDrawable(logo: Buffer): Promise<void> {
  const refused = invalidField('file', 'must be a whole PNG (not interlaced) or JPEG picture');
  const isJpeg = logo[0] === 0xff && logo[1] === 0xd8;
  if (!isJpeg && !isWholePng(logo)) throw refused;
  try {
    await createPdf({ title: 'Logo' }, (pdf) => pdf.letterhead({ name: '', lines: [], logo }));
  } catch (cause) {
    throw Object.assign(refused, { cause });
  }
}

function differences(before: PaperIssuer, after: PaperIssuer): Record<string, unknown> {
  const names = (Object.keys(after) as (keyof PaperIssuer)[]).filter(
    (name) => before[name] !== after[name],
  );
  return Object.fromEntries(names.map((name) => [name, [before[name], after[name]]]));
}
