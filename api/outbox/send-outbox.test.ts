import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'chai';

import { useDatabase } from '../../fixtures/database.js';
import { loadConfig } from '../../pipeline/platform/config.js';
import { type Letter, type Outlets, openOutlets, RefusedLetter } from './outlets.js';
import { postMessage } from './post-message.js';
import { sendOutbox } from './send-outbox.js';

const CODE = {
  userId: null,
  channel: 'mail',
  kind: 'email_code',
  recipient: 'alice@example.com',
  facts: { code: '123456' },
} as const;

describe('sending the outbox', () => {
  const database = useDatabase();
  let taken: Letter[];
  let answer: () => Promise<void>;
  let said: string[];
  const outlet = {
    async send(letter: Letter) {
      taken.push(letter);
      await answer();
    },
    close() {},
  };
  const outlets: Outlets = { mail: outlet, sms: outlet };
  const log = { warn: (...words: unknown[]) => said.push(JSON.stringify(words)) };
  const send = () => sendOutbox({ db: database().db, log, outlets });
  const makeDue = () =>
    database()
      .db('outbox')
      .update({ due_at: new Date(0) });
  const row = () => database().db('outbox').first();
  beforeEach(() => {
    taken = [];
    said = [];
    answer = async () => {};
  });

  it('sends a row once, and keeps nothing personal of it', async () => {
    await postMessage(database().db, CODE);
    const sweeps = await Promise.all([send(), send(), send()]);
    expect(sweeps.reduce((sum, count) => sum + count, 0)).to.equal(1);
    await makeDue();
    await send();
    expect(taken).to.have.length(1);
    expect(taken[0]).to.include({
      to: 'alice@example.com',
      subject: 'Confirm your e-mail address',
    });
    expect(taken[0]?.text).to.include('123456');
    expect(await row()).to.include({ outcome: 'sent', recipient: null, facts: null });
  });

  it('tries again, later each time, and tells the log neither address nor code', async () => {
    await postMessage(database().db, CODE);
    answer = () => Promise.reject(new Error('451 alice@example.com: try later, 123456'));
    await send();
    const first = (await row()).due_at.getTime() - Date.now();
    await makeDue();
    await send();
    const second = (await row()).due_at.getTime() - Date.now();
    expect(first).to.be.within(3_000, 6_000);
    expect(second).to.be.within(8_000, 11_000);
    expect(said.join())
      .to.include('not sent')
      .and.not.match(/alice|123456/);
    answer = async () => {};
    await makeDue();
    expect(await send()).to.equal(1);
    expect(new Set(taken.map(({ id }) => id)).size).to.equal(1);
  });

  it('gives up a receiver that is refused for good, and what came too late', async () => {
    await postMessage(database().db, CODE);
    answer = () => Promise.reject(new RefusedLetter('no such box'));
    await send();
    expect(await row()).to.include({ outcome: 'failed', recipient: null });
    await database().db('outbox').delete();
    await postMessage(database().db, CODE);
    await database()
      .db('outbox')
      .update({ expires_at: new Date(0) });
    await send();
    expect(await row()).to.include({ outcome: 'failed', facts: null });
    expect(taken).to.have.length(1);
  });

  it('leaves a row whose sweep died to a later one', async () => {
    await postMessage(database().db, CODE);
    const { rows } = await database().db.raw(
      `update outbox set attempts = 1, due_at = now() + interval '120 seconds' returning 1`,
    );
    expect(rows).to.have.length(1);
    expect(await send()).to.equal(0);
    await makeDue();
    expect(await send()).to.equal(1);
  });
});

describe('the outlets', () => {
  const letter = { id: 'm1', to: 'alice@example.com', subject: 'Grüße', text: 'Your code is 1.' };
  let dataDir: string;
  const servers: Server[] = [];
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'vw-mail-'));
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) server.close();
    await rm(dataDir, { recursive: true });
  });

  it('write files that only their owner reads, where nothing is configured', async () => {
    const { mail, sms } = openOutlets(loadConfig({ DATA_DIR: dataDir }));
    await mail.send(letter);
    await mail.send(letter);
    await sms.send({ ...letter, to: '+15550001111' });
    expect(await readdir(join(dataDir, 'mail'))).to.deep.equal(['m1.txt']);
    const path = join(dataDir, 'mail', 'm1.txt');
    expect(await readFile(path, 'utf8')).to.include('To: alice@example.com\nSubject: Grüße');
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    expect(await readdir(join(dataDir, 'sms'))).to.deep.equal(['m1.txt']);
  });

  it('speak SMTP, and tell a refused receiver from a server that is busy', async () => {
    const heard: string[] = [];
    let verdict = '250 fine';
    const server = createServer((socket) => {
      let inBody = false;
      socket.write('220 here\r\n');
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        for (const line of bytes.toString('utf8').split('\r\n').filter(Boolean)) {
          heard.push(line);
          if (inBody) {
            if (line !== '.') continue;
            inBody = false;
          } else if (line === 'DATA') inBody = true;
          const reply = line === 'DATA' ? '354 go on' : /^RCPT/.test(line) ? verdict : '250 fine';
          socket.write(`${reply}\r\n`);
        }
      });
    });
    servers.push(server);
    const url = `smtp://127.0.0.1:${await listen(server)}`;
    const { mail } = openOutlets(loadConfig({ DATA_DIR: dataDir, MAIL_URL: url }));
    await mail.send(letter);
    expect(heard).to.include('RCPT TO:<alice@example.com>').and.include('Your code is 1.');
    expect(heard.join('\n')).to.match(/^Message-ID: <m1@localhost>$/m);
    verdict = '550 nobody';
    expect(await nameOf(mail.send(letter))).to.equal('RefusedLetter');
    verdict = '451 later';
    expect(await nameOf(mail.send(letter))).to.equal('Error');
    mail.close();
  });

  it('speak to Twilio', async () => {
    const heard: string[] = [];
    let status = 201;
    const server = createHttpServer((request, response) => {
      heard.push(`${request.url} ${request.headers.authorization}`);
      request.on('data', (bytes) => heard.push(String(bytes)));
      request.on('end', () => response.writeHead(status).end('{}'));
    });
    servers.push(server);
    const { sms } = openOutlets(
      loadConfig({
        DATA_DIR: dataDir,
        TWILIO_ACCOUNT_SID: 'AC1',
        TWILIO_AUTH_TOKEN: 't',
        TWILIO_FROM: '+15550009999',
        TWILIO_URL: `http://127.0.0.1:${await listen(server)}`,
      }),
    );
    await sms.send({ ...letter, to: '+15550001111' });
    expect(heard[0]).to.equal('/2010-04-01/Accounts/AC1/Messages.json Basic QUMxOnQ=');
    expect(heard[1]).to.include('To=%2B15550001111').and.include('Body=Your+code');
    status = 400;
    expect(await nameOf(sms.send(letter))).to.equal('RefusedLetter');
    status = 503;
    expect(await nameOf(sms.send(letter))).to.equal('Error');
  });
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const nameOf = (sending: Promise<void>) =>
  sending.then(
    () => 'sent',
    (err: Error) => err.name,
  );
