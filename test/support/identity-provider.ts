import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { randomToken } from '../../src/common/index.js';

export const ISSUER = 'https://id.example.test';
export const AUDIENCE = 'malipo-test';

/** An identity provider: keys behind a real HTTP address, and tokens signed with them. */
export class IdentityProvider {
  /** How often its keys were asked for. */
  fetches = 0;
  /** What it answers instead of its keys. */
  outage: { status: number; body: string } | null = null;
  private readonly keys: { kid: string; alg: string; privateKey: CryptoKey; jwk: object }[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(): Promise<IdentityProvider> {
    let provider: IdentityProvider | null = null;
    const server = createServer((_request, response) => {
      if (!provider) throw new Error('asked before it was ready');
      provider.fetches += 1;
      const { outage } = provider;
      response.writeHead(outage?.status ?? 200, { 'content-type': 'application/json' });
      response.end(outage?.body ?? JSON.stringify({ keys: provider.keys.map(({ jwk }) => jwk) }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    provider = new IdentityProvider(server, `http://127.0.0.1:${port}/jwks.json`);
    return provider;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Publishes one more key and answers its id. */
  async addKey(alg: string): Promise<string> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const kid = randomToken();
    const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
    this.keys.push({ kid, alg, privateKey, jwk });
    return kid;
  }

  /** Signed with the newest key, or the one named. */
  async token(claims: JWTPayload, header: { kid?: string; typ?: string } = {}): Promise<string> {
    const key = this.keys.findLast(({ kid }) => kid === (header.kid ?? kid));
    if (!key) throw new Error('no such key');
    return await new SignJWT(anIdentity(claims))
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: header.typ ?? 'JWT' })
      .sign(key.privateKey);
  }

  publicKey(kid: string): object | undefined {
    return this.keys.find((key) => key.kid === kid)?.jwk;
  }
}

/** Claims that any deployment accepts, with `changes`. */
export function anIdentity(changes: JWTPayload = {}): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  return { iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + 300, role: 'customer', ...changes };
}
