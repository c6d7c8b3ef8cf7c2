import type { FastifyInstance } from 'fastify';
import type { Core } from '../sandbox.core.js';
import { readJson, readQuery, readText } from './request.reader.js';

export function mailRoutes(app: FastifyInstance, { mails }: Core): void {
  app.get('/api/mails', (request) => mails.list(readQuery(request, 'to')));
  app.delete('/api/mails', async (request, reply) => {
    mails.remove(readQuery(request, 'to'));
    return reply.code(204).send();
  });
  app.post('/api/mails', async (request, reply) => {
    const fields = readJson(request);
    const html = fields['html'] ?? null;
    const mail = mails.receive({
      from: readText(fields, 'from'),
      to: readText(fields, 'to'),
      subject: readText(fields, 'subject', { empty: true }),
      text: readText(fields, 'text', { empty: true }),
      html: html === null ? null : readText(fields, 'html', { empty: true }),
    });
    return reply.code(201).send(mail);
  });
}
