import { readClaims } from './external-claims.mapper.js';

const NAMES = {
  username: 'preferred_username',
  email: 'email',
  name: 'name',
  role: 'realm_access.roles',
  account: 'https://malipo.example/account',
  phone: 'phone_number',
};
const read = (claims: Record<string, unknown>) =>
  readClaims({ iss: 'https://id.example', sub: 'abc', iat: 1_760_000_000, ...claims }, NAMES);

describe('claims of an identity provider', () => {
  it('are read by the names that the settings give them', () => {
    expect(
      read({
        preferred_username: ' asha ',
        email: 'Asha@Example.com',
        email_verified: true,
        name: 'Asha Juma',
        phone_number: '+255 653 294 241',
        realm_access: { roles: ['offline_access', 'cashier'] },
        'https://malipo.example/account': 2,
      }),
    ).toEqual({
      issuer: 'https://id.example',
      subject: 'abc',
      issuedAt: new Date(1_760_000_000_000),
      username: 'asha',
      email: 'asha@example.com',
      emailVerified: true,
      name: 'Asha Juma',
      phone: '255653294241',
      role: 'cashier',
      account: { id: 2 },
    });
  });

  it('say nothing where they are missing', () => {
    expect(read({})).toMatchObject({
      username: null,
      email: null,
      emailVerified: false,
      name: null,
      phone: null,
      role: null,
      account: undefined,
    });
  });

  it.each([
    ['admin', 'admin'],
    [['customer', 'staff'], 'staff'],
    ['Admin', null],
    ['root', null],
    [['root'], null],
    [{ admin: true }, null],
    [1, null],
  ])('grant only the five roles: %j', (roles, expected) => {
    expect(read({ realm_access: { roles } }).role).toBe(expected);
  });

  it.each([
    [{ email: 'no address' }, { email: null }],
    [{ email: 42 }, { email: null }],
    [{ email_verified: 'true' }, { emailVerified: false }],
    [{ phone_number: 'call me' }, { phone: null }],
    [{ name: 'A\u0000sha' }, { name: 'Asha' }],
    [{ name: 'x'.repeat(201) }, { name: null }],
    [{ preferred_username: '  ' }, { username: null }],
    [{ realm_access: null }, { role: null }],
  ])('are not believed beyond their form: %j', (claims, expected) => {
    expect(read(claims)).toMatchObject(expected);
  });

  it.each([
    ['7', { id: 7 }],
    ['5B0F7C1E-6A1C-4F0E-9D3E-0C8F0B6F2A11', { uuid: '5b0f7c1e-6a1c-4f0e-9d3e-0c8f0b6f2a11' }],
    ['headquarters', null],
    [['1'], null],
    [null, undefined],
  ])('name an account by id or uuid: %j', (account, expected) => {
    expect(read({ 'https://malipo.example/account': account }).account).toEqual(expected);
  });

  it('do not reach into what every object has', () => {
    const claims = readClaims(
      { sub: 'a' },
      { ...NAMES, role: 'constructor.name', name: 'toString' },
    );
    expect(claims).toMatchObject({ role: null, name: null });
  });
});
