import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';
import pg from 'pg';

import { tryOnEmbeddedShapeOnly } from '../../../fixtures/embedded-shape.js';
import { checkPort, findFreePort } from './free-port.js';
import { readPostmasterPid } from './postgres-cluster.js';
import { isAlive } from './process-identity.js';
import { type Standalone, startStandalone } from './start-standalone.js';

describe('starting everything on one machine', function () {
  this.timeout(90_000);
  tryOnEmbeddedShapeOnly();
  let dataDir: string;
  let house: Standalone | null = null;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'vw-standalone-'));
  });
  afterEach(async () => {
    await house?.stop();
    house = null;
    await rm(dataDir, { recursive: true, force: true });
  });
  const env = () => ({
    DATA_DIR: dataDir,
    PORT: '0',
    DATABASE_URL: '',
    REDIS_URL: '',
    S3_BUCKET: '',
    LOG_LEVEL: 'info',
    DRAIN_SECONDS: '5',
  });
  const start = async () => {
    house = await startStandalone({ env: env(), quiet: true });
    return house;
  };

  it('serves, and finds its data, keys and password again at the second start', async () => {
    const first = await start();
    expect((await fetch(`${first.url}/health/ready`)).status).to.equal(200);
    const keys = await readKeys(first.url);
    await query(first.databaseUrl, 'create table kept as select 7 as n');
    await first.stop();
    expect((await stat(join(dataDir, 'postgres-password'))).mode & 0o777).to.equal(0o600);
    const second = await start();
    expect(await query(second.databaseUrl, 'select n from kept')).to.deep.equal([{ n: 7 }]);
    expect(await readKeys(second.url)).to.deep.equal(keys);
  });

  it('lets itself be seen: metrics on one port a process, and the fleet from another terminal', async () => {
    const port = await findPair();
    house = await startStandalone({ env: { ...env(), METRICS_PORT: String(port) }, quiet: true });
    const page = async (at: number) => (await fetch(`http://127.0.0.1:${at}/metrics`)).text();
    expect(await page(port)).to.include('ffmpeg_processes');
    expect(await page(port + 1)).to.include('sweep_repairs_total');
    const fleet = spawn(process.execPath, ['--import', 'tsx', 'api/fleet-cli.ts', '--once'], {
      env: { PATH: process.env.PATH, NODE_ENV: 'test', DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const words = (await fleet.stdout.toArray()).join('');
    expect(words)
      .to.match(/^1 worker, 1 encode slot;/)
      .and.match(/live +1 +idle/);
  });

  it('refuses a second run on the same data, and leaves the first alone', async () => {
    const { url } = await start();
    const refusal = await startStandalone({ env: env(), quiet: true }).catch((err) => err.message);
    expect(refusal).to.include('already runs');
    expect((await fetch(`${url}/health/live`)).status).to.equal(200);
  });

  it('survives the kill -9 of the API and of Postgres', async () => {
    const { url, processes } = await start();
    const postmaster = (await readPostmasterPid(join(dataDir, 'postgres'))) ?? 0;
    process.kill(postmaster, 'SIGKILL');
    process.kill(processes.api.pid() ?? 0, 'SIGKILL');
    await until(async () => (await fetch(`${url}/health/ready`)).status === 200);
  });

  it('leaves nothing behind where it is itself killed with -9, and starts again at once', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'pipeline/platform/standalone/start.ts'],
      { env: { ...process.env, ...env() }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const pids = await new Promise<number[]>((resolve) => {
      const seen = new Set<number>();
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        for (const [, pid] of text.matchAll(/"pid":(\d+)/g)) seen.add(Number(pid));
        if (text.includes('Video Window runs')) resolve([...seen]);
      });
    });
    expect(pids.length).to.be.at.least(2);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { url } = await start();
    expect((await fetch(`${url}/health/ready`)).status).to.equal(200);
    await until(async () => !pids.some(isAlive));
  });

  it('names every wrong setting before it starts anything', async () => {
    const failure = await startStandalone({
      env: { ...env(), PORT: 'x', MEDIA_MAX_FPS: '-1' },
      quiet: true,
    }).catch((err) => err.message);
    expect(failure).to.include('PORT').and.include('MEDIA_MAX_FPS');
  });
});

const readKeys = async (url: string) => (await fetch(`${url}/.well-known/jwks.json`)).json();

async function query(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function until(condition: () => Promise<boolean>) {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await condition().catch(() => false)) return;
    await sleep(100);
  }
  throw new Error('It did not come about within a minute');
}

/** A free port whose next is free too. */
async function findPair(): Promise<number> {
  for (;;) {
    const port = await findFreePort('127.0.0.1');
    const isFree = await checkPort(port + 1, '127.0.0.1').then(
      () => true,
      () => false,
    );
    if (isFree) return port;
  }
}
