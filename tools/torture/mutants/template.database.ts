import { randomBytes } from 'node:crypto';
import {
  freePort,
  type PostgresCluster,
  type ProductDatabase,
  ProductProcess,
  sql,
} from '../../stack/index.js';
import { productEnvironment } from '../../stack/environment.js';

/** A database with schema and demo data, of which copies are made: each trial has one of its own. */
export class TemplateDatabase {
  private constructor(
    private readonly cluster: PostgresCluster,
    private readonly template: ProductDatabase,
  ) {}

  static async create(
    cluster: PostgresCluster,
    dist: string,
    dataDir: string,
  ): Promise<TemplateDatabase> {
    const template = await cluster.createDatabase(dist, 'malipo_template');
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    // Its start brings the demo data.
    const product = ProductProcess.spawn({
      dist,
      entry: 'main',
      env: productEnvironment('api', {
        port,
        databaseUrl: template.appUrl,
        redisUrl: null,
        gatewaysUrl: url,
        publicUrl: url,
        dataDir,
      }),
    });
    await product.untilReady();
    await product.stop();
    return new TemplateDatabase(cluster, template);
  }

  async copy(): Promise<ProductDatabase> {
    const name = `malipo_${randomBytes(4).toString('hex')}`;
    const { cluster, template } = this;
    const owner = new URL(template.ownerUrl).username;
    const app = new URL(template.appUrl).username;
    await sql(cluster.adminUrl, [
      `CREATE DATABASE ${name} TEMPLATE ${template.name} OWNER ${owner}`,
      `REVOKE ALL ON DATABASE ${name} FROM PUBLIC`,
      `GRANT CONNECT ON DATABASE ${name} TO ${app}`,
    ]);
    const renamed = (url: string): string => Object.assign(new URL(url), { pathname: name }).href;
    return {
      name,
      appUrl: renamed(template.appUrl),
      ownerUrl: renamed(template.ownerUrl),
      adminUrl: renamed(template.adminUrl),
    };
  }

  async drop({ name }: ProductDatabase): Promise<void> {
    await sql(this.cluster.adminUrl, [`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`]);
  }
}
