import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ReplayedAnswer } from '../idempotency/replayed.answer.js';
import type { Problem } from './problem.js';
import { toProblem } from './problem.mapper.js';
import { presentProblem, surfaceOf } from './problem.presenter.js';

/** The one place where an exception becomes an answer. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(ErrorFilter.name);

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (exception instanceof ReplayedAnswer) {
      void reply
        .code(exception.status)
        .header('idempotent-replayed', 'true')
        .type('application/json; charset=utf-8')
        .send(exception.body);
      return;
    }
    const problem = toProblem(exception);
    request.claimFate = problem.fate;
    request.problemCode = problem.code;
    this.report(problem, exception, request);
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    sendProblem(problem, request, reply);
  }

  private report(problem: Problem, exception: unknown, request: FastifyRequest): void {
    if (problem.log === 'none') return;
    const line = {
      msg: `${request.method} ${request.routeOptions.url ?? 'unknown route'} failed`,
      code: problem.code,
      err: exception,
    };
    if (problem.log === 'error') this.logger.error(line);
    else this.logger.warn(line);
  }
}

/** Also for what fails before any route is found, where no filter runs. */
export function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  void reply.send(bodyOfProblem(problem, request, reply));
}

/** Makes `reply` that of the problem, all but its body, and answers that. */
export function bodyOfProblem(
  problem: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
): Record<string, unknown> {
  const { status, retryAfterS } = problem;
  if (retryAfterS !== undefined) reply.header('retry-after', String(Math.ceil(retryAfterS)));
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  reply.code(status).type('application/json; charset=utf-8');
  return presentProblem(problem, surfaceOf(request.url), request.id);
}
