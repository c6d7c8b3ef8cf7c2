const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day that exists, as `yyyy-mm-dd`. */
export function isDay(text: string): boolean {
  if (!DAY.test(text) || text.startsWith('0000')) return false;
  const date = new Date(`${text}T00:00:00Z`);
  // JavaScript reads 31 February as 3 March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** At least one night: days in this form compare as text. */
export function isStay(checkIn: string, checkOut: string): boolean {
  return checkOut > checkIn;
}
