import { Module } from '@nestjs/common';
import { Audits } from './audits.service.js';

@Module({ providers: [Audits], exports: [Audits] })
export class AuditsModule {}
