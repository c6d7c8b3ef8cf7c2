import './typescript.mjs';

/** Jest calls this once per project that names it; one server serves them all. */
export default async function globalSetup() {
  const { startTestPostgres } = await import('./postgres.ts');
  await startTestPostgres();
}
