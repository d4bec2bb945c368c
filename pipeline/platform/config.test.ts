import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

import { expect } from 'chai';

import { loadConfig } from './config.js';
import { environmentSchema } from './environment.js';

const example = readFileSync('.env.example', 'utf8');
const settings = Object.keys(environmentSchema.def.shape);

describe('reading the settings', () => {
  it('runs on none at all', () => {
    const config = loadConfig({});
    expect(config.database.url).to.equal(null);
    expect(config.queue.backend).to.equal('postgres');
    expect(config.storage).to.deep.equal({ provider: 'disk', root: '.data/media' });
  });

  it('lists all that is wrong together, and what is wrong with it', () => {
    const wrong = {
      NODE_ENV: 'staging',
      PORT: '70000',
      DATABASE_URL: 'mysql://localhost/vw',
      REDIS_URL: 'localhost',
      TRUST_PROXY: 'true',
      MEDIA_MAX_BYTES: 'plenty',
    };
    expect(() => loadConfig(wrong))
      .to.throw()
      .with.property('message')
      .that.satisfies((message: string) => Object.keys(wrong).every((n) => message.includes(n)))
      .and.includes('must start with postgres:// or postgresql://');
  });

  it('refuses settings that contradict each other', () => {
    for (const [wrong, name] of [
      [{ S3_BUCKET: 'b', MEDIA_DIR: '/m' }, 'MEDIA_DIR'],
      [{ MEDIA_MIN_SECONDS: '9', MEDIA_MAX_SECONDS: '9' }, 'MEDIA_MIN_SECONDS'],
      [{ CLOUDFRONT_URL: 'https://d1.example' }, 'CLOUDFRONT_PRIVATE_KEY'],
    ] as const) {
      expect(() => loadConfig(wrong)).to.throw(name);
    }
  });

  it('takes an empty value for none', () => {
    expect(loadConfig({ REDIS_URL: '', S3_BUCKET: '', PORT: '' }).http.port).to.equal(3000);
  });

  it('turns a bucket, a Redis and an edge on by their settings', () => {
    const config = loadConfig({
      S3_BUCKET: 'clips',
      S3_ENDPOINT: 'http://localhost:9000/',
      REDIS_URL: 'redis://localhost:6379',
      TRUST_PROXY: '10.0.0.1, 10.0.0.2',
    });
    expect(config.storage).to.include({ provider: 's3', endpoint: 'http://localhost:9000' });
    expect(config.queue).to.include({ backend: 'redis' });
    expect(config.http.trustProxy).to.deep.equal(['10.0.0.1', '10.0.0.2']);
  });
});

describe('.env.example', () => {
  it('names every setting once, and no other', () => {
    const named = [...example.matchAll(/^#?([A-Z0-9_]+)=/gm)].map(([, name]) => name);
    expect(named).to.have.members(settings).and.have.lengthOf(settings.length);
  });

  it('shows the defaults', () => {
    expect(loadConfig(parseEnv(example))).to.deep.equal(loadConfig({}));
  });

  it('leaves off only what has no default', () => {
    const off = [...example.matchAll(/^#([A-Z0-9_]+)=/gm)].map(([, name = '']) => name);
    const shape = environmentSchema.def.shape as Record<string, { isOptional(): boolean }>;
    for (const name of off) {
      expect(environmentSchema.def.shape, name).to.have.property(name);
      expect(shape[name]?.isOptional(), name).to.equal(true);
    }
    const defaults = environmentSchema.parse({});
    expect(off.filter((name) => name in defaults && defaults[name as 'PORT'] !== undefined)).to.be
      .empty;
  });
});
