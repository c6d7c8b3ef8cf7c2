/** Who documents are from, as their top shows it. */
export interface Letterhead {
  name: string;
  /** Address, tax number, phone: a line each. */
  lines: readonly string[];
  /** PNG or JPEG. */
  logo: Buffer | null;
}
