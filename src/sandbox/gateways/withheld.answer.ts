import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Background, wait } from '../core/background.js';

/** Leaves a call without an answer: holds the connection, then cuts it, or earlier when the caller hangs up. */
export async function withholdAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  background: Background,
  ms: number,
): Promise<void> {
  reply.hijack();
  const hungUp = new AbortController();
  request.raw.socket.once('close', () => hungUp.abort());
  const signal = AbortSignal.any([background.signal, hungUp.signal]);
  try {
    await wait(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    reply.raw.destroy();
  }
}
