import { addressKey, callerKey } from './rate-limit.interceptor.js';

describe('who is counted', () => {
  it.each([
    ['203.0.113.9', 'ip:203.0.113.9'],
    ['::ffff:203.0.113.9', 'ip:203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', 'ip:2001:db8:1:2::/64'],
    ['2001:DB8:0001:2::9', 'ip:2001:db8:1:2::/64'],
    ['2001:db8::9', 'ip:2001:db8:0:0::/64'],
    ['::1', 'ip:0:0:0:0::/64'],
    ['fe80::1%eth0', 'ip:fe80:0:0:0::/64'],
    ['not an address', 'ip:not an address'],
  ])('%s is %s', (ip, key) => expect(addressKey(ip)).toBe(key));

  it('is the user where one is known', () => {
    const principal = {
      userId: 7,
      uuid: '',
      accountId: 1,
      role: 'customer' as const,
      username: 'x',
    };
    expect(callerKey({ principal, ip: '203.0.113.9' })).toBe('user:7');
    expect(callerKey({ ip: '203.0.113.9' })).toBe('ip:203.0.113.9');
  });
});
