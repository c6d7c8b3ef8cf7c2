import { Module } from '@nestjs/common';
import { Verification } from './verification/verification.service.js';

@Module({ providers: [Verification], exports: [Verification] })
export class DocumentsModule {}
