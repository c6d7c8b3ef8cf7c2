import { Module } from '@nestjs/common';
import { AuditsModule } from '../audits/index.js';
import { DayCloseSchedule } from './day-close-schedule.service.js';
import { DayClosesController } from './day-closes.controller.js';
import { DayClosing } from './day-closing.service.js';

@Module({
  imports: [AuditsModule],
  controllers: [DayClosesController],
  providers: [DayClosing, DayCloseSchedule],
})
export class DayCloseModule {}
