import type { LoggerService } from '@nestjs/common';
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { requestContext } from '../../common/index.js';
import type { Config } from '../../config/index.js';
import { maskText, maskValue } from './masking.js';

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
const STACK = /\n\s+at /;
/** Nest tells of every module and route it finds at boot: of interest to whoever debugs that. */
const BOOT_CHATTER = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

/**
 * Nest's logger as JSON lines on standard output, each with the request id and payment id it belongs to,
 * secrets and personal data masked. A message is a text, or an object whose `msg` is the text and `err`
 * an exception.
 */
export class JsonLogger implements LoggerService {
  private readonly pino: Logger;

  constructor(config: Pick<Config, 'logLevel' | 'role'>, destination?: DestinationStream) {
    this.pino = pino(
      {
        level: config.logLevel,
        base: { service: 'malipo', role: config.role, pid: process.pid },
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (level) => ({ level }) },
        mixin: contextFields,
        // Errors are described before they come here; pino's own serializer would copy all their fields.
        serializers: { err: (described: unknown) => described },
      },
      ...(destination ? [destination] : []),
    );
  }

  log(message: unknown, ...params: unknown[]): void {
    const chatter = BOOT_CHATTER.has(String(params.at(-1)));
    this.write(chatter ? 'debug' : 'info', message, params);
  }

  error(message: unknown, ...params: unknown[]): void {
    this.write('error', message, params);
  }

  warn(message: unknown, ...params: unknown[]): void {
    this.write('warn', message, params);
  }

  debug(message: unknown, ...params: unknown[]): void {
    this.write('debug', message, params);
  }

  verbose(message: unknown, ...params: unknown[]): void {
    this.write('trace', message, params);
  }

  fatal(message: unknown, ...params: unknown[]): void {
    this.write('fatal', message, params);
  }

  /** Nest appends the context's name to the parameters, and for errors a stack before it. */
  private write(level: Level, message: unknown, params: unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const fields: Record<string, unknown> = {};
    for (const param of params) {
      if (typeof param === 'string') fields[STACK.test(param) ? 'stack' : 'context'] = param;
      else if (param instanceof Error) fields['err'] = param;
      else if (typeof param === 'object' && param !== null) Object.assign(fields, param);
    }
    const text = readMessage(message, fields);
    this.pino[level](maskValue(fields), text);
  }
}

/** Moves what an object or an exception carries into `fields` and answers the line's text. */
function readMessage(message: unknown, fields: Record<string, unknown>): string | undefined {
  if (message instanceof Error) {
    fields['err'] = message;
    return maskText(message.message);
  }
  if (typeof message !== 'object' || message === null) return maskText(String(message));
  const { msg, ...rest } = message as Record<string, unknown>;
  Object.assign(fields, rest);
  return typeof msg === 'string' ? maskText(msg) : undefined;
}

function contextFields(): Record<string, unknown> {
  const context = requestContext.getStore();
  if (!context) return {};
  const { requestId, paymentId } = context;
  return paymentId === undefined
    ? { request_id: requestId }
    : { request_id: requestId, payment_id: paymentId };
}
