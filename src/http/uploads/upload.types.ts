/** A file as it came: its name is the caller's own, and its content has not been looked at. */
export interface UploadedFile {
  filename: string;
  bytes: Buffer;
}

/** Texts that came with the file, as a form's fields come. */
export type UploadFields = Record<string, string | string[]>;
