import { Module } from '@nestjs/common';
import { AuditsModule } from '../audits/index.js';
import { IdentityModule } from '../identity/index.js';
import { PropertiesController } from './properties.controller.js';
import { Properties } from './properties.service.js';

@Module({
  imports: [AuditsModule, IdentityModule],
  controllers: [PropertiesController],
  providers: [Properties],
  exports: [Properties],
})
export class PropertiesModule {}
