import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { invalidField } from '../../common/index.js';
import { CONFIG, type Config } from '../../config/index.js';
import { UPLOAD, type UploadOptions } from './upload.decorators.js';
import { readUpload } from './upload.reader.js';

/**
 * Reads the file of routes marked `ApiUpload()`: after guards and limits, so that nobody's bytes are taken
 * before we know whose they are, and before idempotency, whose fingerprint covers the file.
 */
@Injectable()
export class UploadInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    @Inject(CONFIG) private readonly config: Pick<Config, 'uploadMaxBytes'>,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const options = this.reflector.get<UploadOptions | undefined>(UPLOAD, context.getHandler());
    if (options) await this.read(context.switchToHttp().getRequest<FastifyRequest>(), options);
    return next.handle();
  }

  private async read(
    request: FastifyRequest,
    { fields: expected, maxBytes = this.config.uploadMaxBytes }: UploadOptions,
  ): Promise<void> {
    const { file, fields } = await readUpload(request, maxBytes);
    const [stray] = expected ? [] : Object.keys(fields);
    if (stray !== undefined) throw invalidField(stray, 'is not a known field; known is file');
    request.upload = file;
    request.body = fields;
  }
}
