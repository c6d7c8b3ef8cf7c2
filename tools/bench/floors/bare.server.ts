import fastify from 'fastify';
import { Pool, type QueryConfig } from 'pg';
import { BARE_CREATE, BARE_LIST, BARE_READ } from './floor.statements.js';

// A program of its own: the least that a Node server can do for the same rows. No login, no validation,
// no limits, one statement per request.

const [port = '0', url = ''] = process.argv.slice(2);
const pool = new Pool({ connectionString: url, max: 10 });

async function rows(name: string, text: string, values: unknown[]): Promise<object[]> {
  const config: QueryConfig = { name, text, values };
  return (await pool.query<object>(config)).rows;
}

const server = fastify({ logger: false });

server.post<{ Body: { booking: number; amount: string } }>('/payments', async (request, reply) => {
  const key = request.headers['idempotency-key'];
  const values = [key, request.body.booking, Math.round(Number(request.body.amount) * 100)];
  const [payment] = await rows('create', BARE_CREATE, values);
  return reply.code(201).send(payment);
});
server.get<{ Params: { id: string } }>('/payments/:id', async (request, reply) => {
  const [payment] = await rows('read', BARE_READ, [request.params.id]);
  return payment ?? reply.code(404).send({ error: 'not found' });
});
server.get('/payments', () => rows('list', BARE_LIST, [1]).then((results) => ({ results })));

await server.listen({ host: '127.0.0.1', port: Number(port) });
process.stdout.write('ready\n');
