import type { FastifyReply } from 'fastify';
import { sendAttachment } from '../http/index.js';

/** Answers a document to be saved as `filename`. */
export function sendPdf(reply: FastifyReply, filename: string, bytes: Buffer): void {
  sendAttachment(reply, { filename, mediaType: 'application/pdf' }, bytes);
}
