import { expect } from 'chai';

import { openLogger } from './logger.js';

describe('logging', () => {
  it('writes one JSON object a line, with level, process, time and the child’s ids', () => {
    const { log, lines } = openRecorder();
    log.child({ request_id: 'req_1' }).child({ job_id: 'j_1' }).warn({ bytes: 3 }, 'stored');
    expect(lines()[0]).to.include({
      level: 'warn',
      process: 'api',
      request_id: 'req_1',
      job_id: 'j_1',
      bytes: 3,
      msg: 'stored',
    });
  });

  it('hides secrets by the name of their field, however deep and in any spelling', () => {
    const { log, text } = openRecorder();
    log.info({
      email: 'GREEN',
      phone_number: 'GREEN',
      user: { passwordHash: 'GREEN', refresh_token: 'GREEN' },
      headers: [{ Authorization: 'GREEN', Cookie: 'GREEN', 'set-cookie': ['GREEN'] }],
      playback: { 'CloudFront-Policy': 'GREEN', Signature: 'GREEN' },
    });
    log.child({ access_token: 'GREEN' }).info('x');
    expect(text()).not.to.include('GREEN');
    expect(text()).to.include('"phone_number":"[hidden]"');
  });

  it('hides secrets by their look in messages, addresses and errors', () => {
    const { log, text } = openRecorder();
    log.info('to alice@example.com with Bearer abc.def-GREEN');
    log.error({ err: new Error('Key (email)=(bob@example.com) already exists') }, 'failed');
    log.error(new Error('connect postgres://vw:GREEN@10.0.0.1/vw'));
    log.info({ url: '/media/x?Policy=GREEN&Signature=GREEN', cookie_line: jwt });
    expect(text()).not.to.match(/GREEN|alice|bob|eyJ/);
    expect(text()).to.include('already exists');
  });

  it('keeps an error’s stack and code, and ids that are no secret', () => {
    const { log, lines } = openRecorder();
    log.error(Object.assign(new Error('broken'), { code: '23505' }), 'failed');
    log.info({ key_pair_id: 'K1', keys: 3 });
    expect(lines()[0].err).to.include({ code: '23505', message: 'broken' });
    expect(lines()[0].err.stack).to.include('logger.test');
    expect(lines()[1]).to.include({ key_pair_id: 'K1', keys: 3 });
  });

  it('leaves out what drivers hang on an error: connections, commands and rows', () => {
    const { log, text, lines } = openRecorder();
    const held = {
      client: { connectionParameters: { host: 'GREEN' } },
      command: { name: 'auth', args: ['GREEN'] },
      detail: 'Failing row contains (1, GREEN).',
    };
    log.warn({ err: Object.assign(new Error('lost'), held, { code: '23502' }) }, 'failed');
    log.child({ job_id: 'j' }).error(Object.assign(new Error('lost'), held));
    expect(text()).not.to.include('GREEN');
    expect(lines()[0].err).to.include({ message: 'lost', code: '23502', type: 'Error' });
  });

  it('writes for people where asked', () => {
    const { log, text } = openRecorder(true);
    log.info({ email: 'GREEN' }, 'listening');
    expect(text())
      .to.match(/INFO.*api: listening/)
      .and.not.include('GREEN');
  });
});

const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln';

function openRecorder(pretty = false) {
  const written: string[] = [];
  const log = openLogger(
    { level: 'info', pretty },
    { process: 'api', destination: { write: (line) => void written.push(line) } },
  );
  return {
    log,
    text: () => written.join(''),
    lines: () => written.map((line) => JSON.parse(line)),
  };
}
