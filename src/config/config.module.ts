import { type DynamicModule, Module } from '@nestjs/common';
import { CONFIG, type Config } from './config.types.js';

/** Hands the one `Config` to everybody, under the token `CONFIG`. */
@Module({})
export class ConfigModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: CONFIG, useValue: config }],
      exports: [CONFIG],
    };
  }
}
