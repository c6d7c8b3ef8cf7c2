import { Client } from 'pg';

export interface SentStatement {
  text: string;
  values: unknown[];
}

/** Every query that this process sends to PostgreSQL while `work` runs, through whichever client. */
export async function statementsOf(work: () => Promise<void>): Promise<SentStatement[]> {
  const sent: SentStatement[] = [];
  const prototype = Client.prototype as unknown as Record<'query', (...args: unknown[]) => unknown>;
  const spy = jest.spyOn(prototype, 'query');
  try {
    await work();
    for (const [first, second] of spy.mock.calls) {
      const named = first as Partial<SentStatement> | undefined;
      const text = typeof first === 'string' ? first : named?.text;
      const values = Array.isArray(second) ? (second as unknown[]) : named?.values;
      if (text !== undefined) sent.push({ text, values: values ?? [] });
    }
  } finally {
    spy.mockRestore();
  }
  return sent;
}

interface PlanNode {
  'Node Type': string;
  'Plan Rows': number;
  'Relation Name'?: string;
  'Sort Key'?: string[];
  Plans?: PlanNode[];
}

export interface Plan {
  /** Tables that are read from one end to the other. */
  scanned: string[];
  /** Sorts of all that was found, with how many rows the planner expects there. */
  sorted: { rows: number; by: string }[];
}

/** How PostgreSQL would run a statement, with these values. */
export async function planOf(client: Client, { text, values }: SentStatement): Promise<Plan> {
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (FORMAT JSON) ${text}`,
    values,
  );
  const plan: Plan = { scanned: [], sorted: [] };
  const visit = (node: PlanNode): void => {
    if (node['Node Type'] === 'Seq Scan') plan.scanned.push(node['Relation Name'] ?? '?');
    if (node['Node Type'] === 'Sort') {
      const by = (node['Sort Key'] ?? []).join(', ');
      plan.sorted.push({ rows: node.Plans?.[0]?.['Plan Rows'] ?? 0, by });
    }
    node.Plans?.forEach(visit);
  };
  const root = rows[0]?.['QUERY PLAN'][0].Plan;
  if (root) visit(root);
  return plan;
}
