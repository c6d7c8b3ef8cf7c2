import type { Principal, RequestContext } from '../../common/index.js';
import type { ClaimFate } from '../errors/problem.js';
import type { UploadedFile } from '../uploads/upload.types.js';

/** A claim that this request holds on its idempotency key. */
export interface HeldClaim {
  /** What the service stores with its fact, under a unique constraint. */
  id: string;
  /** Rises with every take-over; whoever holds an older one can write no more. */
  fence: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The logged-in caller; the access guard puts it here. */
    principal?: Principal;
    /** What every log line of this request carries. */
    logContext?: RequestContext;
    claim?: HeldClaim;
    /** What the answer means for the claim; unset for a success. */
    claimFate?: ClaimFate;
    /** The file that came with the request, once it is read. */
    upload?: UploadedFile;
    /** Code of the error answered, for the request's log line. */
    problemCode?: string;
  }
  interface FastifyContextConfig {
    /** The controller takes the body as the bytes that came. */
    rawWebhook?: boolean;
    /** The route takes a file as multipart/form-data. */
    upload?: boolean;
  }
}
