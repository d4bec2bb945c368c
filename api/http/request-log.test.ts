import { expect } from 'chai';

import { openTestApp } from '../../fixtures/test-app.js';

const CANARIES = ['canary@example.com', 'canary password one', 'eyJcanary', 'whsec_canary'];

describe('the log', () => {
  it('has one line a request, with its id and template, and nothing personal', async () => {
    const lines: string[] = [];
    const app = await openTestApp({
      env: { LOG_LEVEL: 'debug' },
      log: { write: (line: string) => void lines.push(line) },
    });
    try {
      await app.request
        .post('/api/v1/auth/login?token=whsec_canary')
        .set('X-Request-Id', 'request-of-mine')
        .set('User-Agent', 'evil\t{"level":"fatal"} canary@example.com')
        .set('Authorization', 'Bearer eyJcanary.x.y')
        .send({ email: 'canary@example.com', password: 'canary password one' });
      await app.request
        .post('/api/v1/auth/register')
        .send({ email: 'canary@example.com', password: 'canary password one', user_type: 'admin' });
      await app.request.get('/api/v1/users/me').set('Authorization', 'Bearer eyJcanary.x.y');
      await app.request.get('/%0d%0a%1b[31mcanary@example.com');
    } finally {
      await app.close();
    }
    const requests = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
    expect(requests).to.have.length(4);
    expect(requests[0]).to.include({
      request_id: 'request-of-mine',
      method: 'POST',
      route: '/api/v1/auth/login',
      status: 401,
    });
    for (const canary of CANARIES) expect(lines.join('')).not.to.include(canary);
    expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).to.equal(true);
  });
});
