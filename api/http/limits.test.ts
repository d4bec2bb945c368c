import { expect } from 'chai';
import pg from 'pg';

import { toBlock } from './client.js';
import { openLimits } from './open-limits.js';

describe('the limits', () => {
  it('are counted in memory while their store is down', async () => {
    const pool = new pg.Pool({ connectionString: 'postgres://x:x@127.0.0.1:1/x' });
    const limits = openLimits({ pool, redis: null, prefix: 'test' });
    for (let time = 0; time < 5; time += 1) {
      expect((await limits.spend('loginPair', 'alice')).exceeded).to.equal(false);
    }
    expect((await limits.spend('loginPair', 'alice')).exceeded).to.equal(true);
    expect((await limits.look('loginPair', 'bob')).exceeded).to.equal(false);
    await pool.end();
  });

  it('take the addresses that one subscriber has for one', () => {
    expect(toBlock('203.0.113.9')).to.equal('203.0.113.9');
    expect(toBlock('::ffff:203.0.113.9')).to.equal('203.0.113.9');
    const first = toBlock('2001:db8:1:2::1');
    expect(first).to.equal('2001:db8:1:2::/64');
    expect(toBlock('2001:DB8:1:2:ffff:0:0:9')).to.equal(first);
    expect(toBlock('2001:db8:1:3::1')).not.to.equal(first);
    expect(toBlock('fe80::1%eth0')).to.equal('fe80:0:0:0::/64');
    expect(toBlock('::1')).to.equal('0:0:0:0::/64');
  });
});
