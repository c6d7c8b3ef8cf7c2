import type { FastifyReply } from 'fastify';
import { html } from './html.js';
import { sendPage } from './layout.page.js';

export function notFoundPage(reply: FastifyReply): FastifyReply {
  return sendPage(reply.code(404), {
    title: 'Not found',
    path: '',
    body: html`<div class="empty">
      <h1>Nothing here</h1>
      <p>This page does not exist, or the sandbox has forgotten it.</p>
      <p><a class="button" href="/">Back to the overview</a></p>
    </div>`,
  });
}
