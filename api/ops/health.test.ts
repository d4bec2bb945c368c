import { expect } from 'chai';

import { openTestApp, useApp } from '../../fixtures/test-app.js';

describe('the probes', () => {
  const app = useApp({ keepRows: true });

  it('say healthy, alive and ready', async () => {
    expect((await app().request.get('/health').expect(200)).body).to.deep.equal({
      status: 'healthy',
    });
    expect((await app().request.get('/health/live').expect(200)).body.status).to.equal('alive');
    expect((await app().request.get('/health/ready').expect(200)).body.status).to.equal('ready');
  });

  it('are not ready, but alive, while the process drains', async () => {
    const other = await openTestApp();
    try {
      other.drain();
      await other.request.get('/health/ready').expect(503, { status: 'draining' });
      await other.request.get('/health/live').expect(200);
    } finally {
      await other.close();
    }
  });

  it('name what is down, and nothing more; requests get 503', async () => {
    const other = await openTestApp();
    try {
      await other.context.pool.end();
      const health = await other.request.get('/health').expect(503);
      expect(health.body.status).to.equal('unhealthy');
      expect(health.body.down).to.include('database');
      const login = await other.request
        .post('/api/v1/auth/login')
        .send({ email: 'a@example.com', password: 'whatever' })
        .expect(503);
      expect(login.body.error.code).to.equal('SERVICE_UNAVAILABLE');
      expect(login.headers).to.have.property('retry-after');
      expect(login.text).not.to.match(/pool|select|stack|node_modules/i);
    } finally {
      await other.close();
    }
  });
});

describe('the metrics', () => {
  const app = useApp({ keepRows: true });

  it('count requests by the template of their route and show the queues', async () => {
    const { auth, publicId } = await app().signUp();
    await app().request.get('/api/v1/users/me').set(auth);
    for (let at = 0; at < 20; at += 1) await app().request.get(`/no/such/${publicId}${at}`);
    const { text, headers } = await app().request.get('/metrics').expect(200);
    expect(headers['content-type']).to.match(/^text\/plain/);
    expect(text).to.match(
      /http_requests_total\{method="GET",route="\/api\/v1\/users\/me",status="200"\} 1/,
    );
    expect(text).to.match(/http_requests_total\{method="GET",route="other",status="404"\} 20/);
    expect(text).to.include('http_request_duration_seconds_bucket');
    expect(text).to.match(/queue_jobs\{queue="encode-media",state="waiting"\} 0/);
    expect(text).to.include('process_cpu_seconds_total');
    expect(text).to.match(/queue_oldest_seconds\{queue="encode-media",state="waiting"\} 0/);
    expect(text).to.match(/^encode_backlog_seconds 0$/m);
    expect(text).to.match(/^fleet_encode_slots 0$/m);
    expect(text).not.to.include(publicId);
  });

  it('give the backlog alone to whoever scales by it, under the same rule', async () => {
    const { body } = await app().request.get('/metrics/encode-backlog').expect(200);
    expect(body).to.include({ encode_backlog_seconds: 0, clips: 0, slots: 0 });
    const proxied = { 'X-Forwarded-For': '203.0.113.9' };
    await app().request.get('/metrics/encode-backlog').set(proxied).expect(404);
  });

  it('are not there for whoever comes through a proxy', async () => {
    await app().request.get('/metrics').set('X-Forwarded-For', '203.0.113.9').expect(404);
  });

  it('are there for whoever has the token, and then for nobody else', async () => {
    const other = await openTestApp({ env: { METRICS_TOKEN: 'a-long-token-of-ours' } });
    try {
      await other.request.get('/metrics').expect(404);
      await other.request.get('/metrics').set('Authorization', 'Bearer wrong').expect(404);
      await other.request
        .get('/metrics')
        .set('Authorization', 'Bearer a-long-token-of-ours')
        .set('X-Forwarded-For', '203.0.113.9')
        .expect(200);
    } finally {
      await other.close();
    }
  });
});
