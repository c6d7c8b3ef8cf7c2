import type { FastifyInstance } from 'fastify';
import { phoneFilter } from '../core/phone.filter.js';
import type { PromptAnswer } from '../core/prompts.store.js';
import type { Actions } from '../sandbox.actions.js';
import type { Core } from '../sandbox.core.js';
import { readParam, readQuery } from './request.reader.js';

export const PROMPT_ACTS: Readonly<Record<string, PromptAnswer>> = {
  approve: 'approved',
  decline: 'declined',
  ignore: 'ignored',
};

export function promptRoutes(app: FastifyInstance, core: Core, actions: Actions): void {
  app.get('/api/prompts', (request) => {
    const ofPhone = phoneFilter(readQuery(request, 'phone'));
    const reference = readQuery(request, 'reference');
    return core.prompts.list(
      (prompt) => (reference === null || prompt.reference === reference) && ofPhone(prompt),
    );
  });
  app.get('/api/prompts/:id', (request) => core.prompts.get(readParam(request, 'id')));
  for (const [act, answer] of Object.entries(PROMPT_ACTS)) {
    app.post(`/api/prompts/:id/${act}`, (request) =>
      actions.answerPrompt(readParam(request, 'id'), answer),
    );
  }
  app.post('/api/prompts/:id/callback', (request) => actions.notifyAgain(readParam(request, 'id')));
}
