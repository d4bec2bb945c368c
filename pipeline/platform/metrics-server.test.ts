import { expect } from 'chai';

import { openMetrics } from './metrics.js';
import { type MetricsServer, serveMetrics } from './metrics-server.js';

const settings = { boardWritable: false, metricsHost: '127.0.0.1', metricsPort: 0 };

describe('serving metrics apart from an API', () => {
  let server: MetricsServer | null = null;
  afterEach(async () => {
    await server?.close();
    server = null;
  });
  const serve = async (metricsToken: string | null) => {
    const metrics = openMetrics();
    metrics.counter({ name: 'bowls_total', help: 'Bowls turned' })({}, 3);
    metrics.gauge({ name: 'broken', help: 'Cannot be read' }, () => {
      throw new Error('no');
    });
    server = await serveMetrics(metrics, { ...settings, metricsToken });
    return (init: RequestInit = {}, path = '') => fetch(`${server?.address}${path}`, init);
  };

  it('takes a free port for 0, and none where none is named', async () => {
    const get = await serve(null);
    expect(server?.address).to.match(/^http:\/\/127\.0\.0\.1:[1-9]\d+\/metrics$/);
    const text = await (await get()).text();
    expect(text)
      .to.match(/^bowls_total 3$/m)
      .and.include('process_cpu_seconds_total');
    const none = { ...settings, metricsPort: null, metricsToken: null };
    expect(await serveMetrics(openMetrics(), none)).to.equal(null);
  });

  it('answers nothing else', async () => {
    const get = await serve(null);
    expect((await get({}, '/more')).status).to.equal(404);
    expect((await get({ method: 'POST' })).status).to.equal(404);
  });

  it('leaves out what cannot be read, and serves the rest', async () => {
    const get = await serve(null);
    expect((await get()).status).to.equal(200);
  });

  it('asks for the token where there is one, and for no proxy between where there is none', async () => {
    const open = await serve(null);
    expect((await open({ headers: { 'X-Forwarded-For': '203.0.113.9' } })).status).to.equal(404);
    await server?.close();
    const guarded = await serve('a-long-token-of-ours');
    expect((await guarded()).status).to.equal(404);
    const headers = { Authorization: 'Bearer a-long-token-of-ours' };
    expect((await guarded({ headers })).status).to.equal(200);
  });

  it('closes at once, whoever is still connected', async () => {
    const get = await serve(null);
    await (await get()).text();
    await server?.close();
    server = null;
  });
});
