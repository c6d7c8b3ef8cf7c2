import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';

const TESTS = join(__dirname, '..');

/** The statements of a file, or other texts, that speak of the server's sessions. */
function textsOnSessions(source: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
      const text = node.getText();
      if (/\bpg_stat_activity\b/i.test(text)) found.push(text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('a.ts', source, ts.ScriptTarget.Latest, true));
  return found;
}

function reachesOtherSuites(statement: string): boolean {
  return !/datname = current_database\(\)|pid = \$1/.test(statement);
}

/**
 * Suites that run side by side share one server, and their products the names of their connections: a suite
 * that cut "all" connections cut those of its neighbour, whose callers were answered 503.
 */
describe('statements of suites about sessions', () => {
  it('keep to the database of their suite', async () => {
    const files = (await readdir(TESTS, { recursive: true })).filter(
      (file) => file.endsWith('.ts') && !file.startsWith('architecture'),
    );
    const texts = await Promise.all(
      files.map(async (file) => textsOnSessions(await readFile(join(TESTS, file), 'utf8'))),
    );
    const statements = texts.flat();
    expect(statements.length).toBeGreaterThan(5);
    expect(statements.filter(reachesOtherSuites)).toEqual([]);
  });

  it('are found when they reach further', () => {
    const planted = 'const sql = `SELECT 1 FROM pg_stat_activity WHERE usename = ${name}`;';
    expect(textsOnSessions(planted).filter(reachesOtherSuites)).toHaveLength(1);
  });
});
