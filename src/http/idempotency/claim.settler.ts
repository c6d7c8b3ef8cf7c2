import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bodyOfProblem } from '../errors/error.filter.js';
import type { ClaimFate } from '../errors/problem.js';
import { toProblem } from '../errors/problem.mapper.js';
import { type Claims, inProgress } from './claims.service.js';

const logger = new Logger('Idempotency');

/**
 * Ends the claim of a request just before its answer leaves, when status and bytes are final. Should this
 * fail, the answer still goes out: the fact carries the claim's id, so a repeat finds it.
 *
 * A request that outlived its lock may find its claim taken over. Then the successor's answer is the one that
 * stands, and this request is told to ask for it, like everybody else who does not hold the claim.
 * @returns the payload to send
 */
export async function settleClaim(
  claims: Claims,
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  const { claim } = request;
  if (!claim) return payload;
  request.claim = undefined;
  const fate = fateOf(request, reply);
  try {
    if (await end(claims, claim, fate, reply.statusCode, payload)) return payload;
    logger.warn(`claim ${claim.id} was taken over, or expired, while its first request still ran`);
    if (fate !== 'keep' || !(await claims.isTakenOver(claim))) return payload;
  } catch (error) {
    logger.error({ msg: `claim ${claim.id} could not be ended`, err: error });
    return payload;
  }
  const problem = toProblem(inProgress());
  request.problemCode = problem.code;
  return JSON.stringify(bodyOfProblem(problem, request, reply));
}

function fateOf(request: FastifyRequest, reply: FastifyReply): ClaimFate {
  if (reply.statusCode >= 200 && reply.statusCode < 300) return 'keep';
  return request.claimFate ?? 'reopen';
}

async function end(
  claims: Claims,
  claim: NonNullable<FastifyRequest['claim']>,
  fate: ClaimFate,
  status: number,
  payload: unknown,
): Promise<boolean> {
  const bytes = bytesOf(payload);
  if (fate === 'keep' && bytes) return claims.keep(claim, status, bytes);
  return fate === 'free' ? claims.free(claim) : claims.reopen(claim);
}

/** Null for a stream, which cannot be kept. */
function bytesOf(payload: unknown): Buffer | null {
  if (payload === undefined || payload === null) return Buffer.alloc(0);
  if (typeof payload === 'string') return Buffer.from(payload);
  return Buffer.isBuffer(payload) ? payload : null;
}
