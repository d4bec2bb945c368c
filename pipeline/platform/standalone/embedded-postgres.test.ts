import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from 'chai';
import pg from 'pg';

import { tryOnEmbeddedShapeOnly } from '../../../fixtures/embedded-shape.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';
import { readPostmasterPid } from './postgres-cluster.js';
import { isAlive } from './process-identity.js';

describe('starting an embedded Postgres', function () {
  this.timeout(90_000);
  tryOnEmbeddedShapeOnly();
  let home: string;
  let folder: string;
  const running: EmbeddedPostgres[] = [];
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'vw-embedded-'));
    folder = join(home, 'postgres');
  });
  afterEach(async () => {
    for (const postgres of running.splice(0)) await postgres.stop();
    await rm(home, { recursive: true, force: true });
  });
  const start = async (ephemeral = false) => {
    const postgres = await startEmbeddedPostgres({ folder, password: 'secret', ephemeral });
    running.push(postgres);
    return postgres;
  };

  it('keeps what was written, for our eyes only', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 7 as n');
    await first.stop();
    const second = await start();
    expect(await query(second.url, 'select n from kept')).to.deep.equal([{ n: 7 }]);
    expect((await stat(folder)).mode & 0o077).to.equal(0);
  });

  it('refuses a wrong password', async () => {
    const { url } = await start();
    const refusal = await query(url.replace('secret', 'guess'), 'select 1').catch((err) => err);
    expect(refusal.code).to.equal('28P01');
  });

  it('survives the kill -9 of Postgres itself, on the same port', async () => {
    const first = await start();
    await query(first.url, 'create table kept as select 7 as n');
    process.kill(await postmasterOf(folder), 'SIGKILL');
    await first.exited;
    const second = await startEmbeddedPostgres({ folder, password: 'secret', port: first.port });
    running.push(second);
    expect(await query(first.url, 'select n from kept')).to.deep.equal([{ n: 7 }]);
  });

  it('takes over from an earlier run that was killed with -9', async () => {
    const earlier = await startInProcess(folder);
    await query(earlier.url, 'create table kept as select 7 as n');
    earlier.process.kill('SIGKILL');
    await once(earlier.process, 'exit');
    const orphan = await postmasterOf(folder);
    const { url } = await start();
    expect(isAlive(orphan)).to.equal(false);
    expect(await query(url, 'select n from kept')).to.deep.equal([{ n: 7 }]);
  });

  it('does not leave Postgres behind where the process was killed with -9', async () => {
    const earlier = await startInProcess(folder);
    const orphan = await postmasterOf(folder);
    earlier.process.kill('SIGKILL');
    for (let waited = 0; isAlive(orphan) && waited < 20_000; waited += 100) await sleep(100);
    expect(isAlive(orphan)).to.equal(false);
  });

  it('is gone with its folder where it was ephemeral', async () => {
    const postgres = await start(true);
    await postgres.stop();
    expect(await readdir(home)).to.deep.equal([]);
  });

  it('makes a cluster anew that was half made', async () => {
    await mkdir(`${folder}.new/base`, { recursive: true });
    await start();
    expect(await readdir(home)).to.deep.equal(['postgres']);
  });

  it('names the password where it is not the cluster’s', async () => {
    await (await start()).stop();
    const failure = await startEmbeddedPostgres({ folder, password: 'other' }).catch((err) => err);
    expect(failure.message).to.include('password');
  });

  it('runs as root below a folder that nobody else may enter', async function () {
    if (process.getuid?.() !== 0) return skip(this, 'only root can try this');
    await chmod(home, 0o700);
    folder = join(home, 'project', '.data', 'postgres');
    const { url } = await start();
    expect(await query(url, 'select 1 as n')).to.deep.equal([{ n: 1 }]);
  });

  it('runs as an ordinary user', async function () {
    if (process.getuid?.() !== 0) return skip(this, 'every other test here does so already');
    await chown(home, NOBODY, NOBODY);
    const child = await startInProcess(folder, { uid: NOBODY, gid: NOBODY });
    expect(await query(child.url, 'select 1 as n')).to.deep.equal([{ n: 1 }]);
    expect((await stat(join(folder, 'PG_VERSION'))).uid).to.equal(NOBODY);
    child.process.stdin.end();
    await once(child.process, 'exit');
  });
});

const NOBODY = 65_534;

async function startInProcess(folder: string, account: { uid?: number; gid?: number } = {}) {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'fixtures/embedded-process.ts', folder],
    { stdio: ['pipe', 'pipe', 'inherit'], ...account },
  );
  const [url] = await once(child.stdout.setEncoding('utf8'), 'data');
  return { process: child, url: String(url).trim() };
}

async function postmasterOf(folder: string): Promise<number> {
  const pid = await readPostmasterPid(folder);
  if (!pid) throw new Error('no Postgres runs there');
  return pid;
}

async function query(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function skip(context: Mocha.Context, reason: string): void {
  console.log(`      skipped: ${reason}`);
  context.skip();
}
