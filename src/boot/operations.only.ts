import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const OPERATIONS = /^\/(health|metrics)(\/|\?|$)/;

/** A worker listens for its supervisor alone: health and metrics answer, the API is not there. */
export function offerOnlyOperations(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      if (OPERATIONS.test(request.url)) done();
      else reply.callNotFound();
    });
}
