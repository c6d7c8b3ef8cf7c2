import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { invalidField } from '../common/index.js';
import { detectMediaType } from './file.content.js';
import { harmlessName } from './file.name.js';
import type { MediaType, NewFile, StoredFile } from './file.types.js';

type Queries = Pick<EntityManager, 'query'>;

interface Row {
  id: number;
  uuid: string;
  account_id: number;
  uploaded_by: number | null;
  purpose: string;
  filename: string;
  media_type: MediaType;
  size: number;
  sha256: string;
  created_at: Date;
}

const COLUMNS = `id, uuid, account_id, uploaded_by, purpose, filename, media_type, size,
  encode(sha256, 'hex') AS sha256, created_at`;

/**
 * Files that people handed in. They are kept in the database and never change; who may see one is for the
 * room to decide that keeps its id, the account alone is checked here.
 */
@Injectable()
export class Files {
  /**
   * Keeps a file, in the transaction of what it belongs to.
   * @throws DomainError that names `file` when its content is no PDF, JPEG, PNG or WebP
   */
  async store(manager: Queries, file: NewFile): Promise<StoredFile> {
    const mediaType = await detectMediaType(file.bytes);
    if (!mediaType) {
      throw invalidField('file', 'its content must be a PDF, JPEG, PNG or WebP file');
    }
    const rows: Row[] = await manager.query(
      `INSERT INTO files (account_id, uploaded_by, purpose, filename, media_type, size, sha256, bytes)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${COLUMNS}`,
      [
        file.accountId,
        file.uploadedBy,
        file.purpose,
        harmlessName(file.filename, mediaType),
        mediaType,
        file.bytes.length,
        createHash('sha256').update(file.bytes).digest(),
        file.bytes,
      ],
    );
    const [row] = rows;
    if (!row) throw new Error('the file was not inserted');
    return toStored(row);
  }

  /** Null when the account has no such file. */
  async read(
    manager: Queries,
    accountId: number,
    fileId: number,
  ): Promise<{ file: StoredFile; bytes: Buffer } | null> {
    const rows: (Row & { bytes: Buffer })[] = await manager.query(
      `SELECT ${COLUMNS}, bytes FROM files WHERE id = $1 AND account_id = $2`,
      [fileId, accountId],
    );
    const [row] = rows;
    return row ? { file: toStored(row), bytes: row.bytes } : null;
  }

  /** What is known of these files, without their bytes; an id that is not the account's is left out. */
  async describe(
    manager: Queries,
    accountId: number,
    fileIds: readonly number[],
  ): Promise<Map<number, StoredFile>> {
    const rows: Row[] = await manager.query(
      `SELECT ${COLUMNS} FROM files WHERE id = ANY ($1) AND account_id = $2`,
      [fileIds, accountId],
    );
    return new Map(rows.map((row) => [row.id, toStored(row)]));
  }
}

function toStored(row: Row): StoredFile {
  return {
    id: row.id,
    uuid: row.uuid,
    accountId: row.account_id,
    uploadedBy: row.uploaded_by,
    purpose: row.purpose,
    filename: row.filename,
    mediaType: row.media_type,
    size: row.size,
    sha256: row.sha256,
    createdAt: row.created_at,
  };
}
