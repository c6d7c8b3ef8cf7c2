/** What is kept of a file besides its bytes. */
export interface StoredFile {
  id: number;
  uuid: string;
  accountId: number;
  uploadedBy: number | null;
  purpose: string;
  /** Harmless to show and to save under; it ends as its type does. */
  filename: string;
  mediaType: MediaType;
  /** In bytes. */
  size: number;
  /** Hex digits. */
  sha256: string;
  createdAt: Date;
}

/** The types that are taken, with the endings their names may have; the first is given where none fits. */
export const MEDIA_TYPES = {
  'application/pdf': ['pdf'],
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'image/webp': ['webp'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

export type MediaType = keyof typeof MEDIA_TYPES;

/** A file to be kept. */
export interface NewFile {
  accountId: number;
  /** Null for the system. */
  uploadedBy: number | null;
  /** A snake_case word of the room that keeps it, e.g. `payment_proof`. */
  purpose: string;
  /** As the caller sent it; a harmless form of it is stored. */
  filename: string;
  bytes: Buffer;
}
