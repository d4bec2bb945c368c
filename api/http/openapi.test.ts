import { expect } from 'chai';

import { useApp } from '../../fixtures/test-app.js';

interface Operation {
  operationId?: string;
  summary: string;
  tags: string[];
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string }>;
}
interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

const VERBS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

describe('the document of the API', () => {
  const app = useApp({ keepRows: true });
  let document: Document;
  before(async () => {
    document = (await app().request.get('/api/v1/openapi.json').expect(200)).body;
  });
  const operations = () =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([verb]) => VERBS.includes(verb))
        .map(([verb, operation]) => ({ path, verb, operation })),
    );

  it('is OpenAPI 3.1, with every verb, parameter, answer and schema in its place', () => {
    expect(document.openapi).to.match(/^3\.1\.\d$/);
    expect(document.info).to.include.keys('title', 'version');
    expect(operations()).not.to.be.empty;
    for (const { path, verb, operation } of operations()) {
      const name = `${verb} ${path}`;
      expect(operation.summary, name).to.be.a('string').and.not.be.empty;
      expect(Object.keys(operation.responses), name).not.to.be.empty;
      for (const [status, answer] of Object.entries(operation.responses)) {
        expect(status, name).to.match(/^[1-5]\d\d$/);
        expect(answer.description, name).to.be.a('string').and.not.be.empty;
      }
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      const templated = [...path.matchAll(/\{(\w+)\}/g)].map(([, part]) => part);
      expect(
        declared.map((parameter) => parameter.name),
        name,
      ).to.have.members(templated);
      expect(
        declared.every((parameter) => parameter.required),
        name,
      ).to.equal(true);
      const seen = (operation.parameters ?? []).map(
        (parameter) => `${parameter.in} ${parameter.name}`,
      );
      expect(new Set(seen).size, name).to.equal(seen.length);
    }
    const ids = operations().flatMap(({ operation }) => operation.operationId ?? []);
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('says of every operation what cannot be read, and of every body what is too large or of another type', () => {
    for (const { path, verb, operation } of operations()) {
      const taken = operation.requestBody ? ['413', '415'] : [];
      expect(operation.responses, `${verb} ${path}`).to.include.keys('400', '431', ...taken);
    }
  });

  it('names the codes that only rare requests meet', () => {
    const codesOf = (path: string, status: string) =>
      document.paths[`/api/v1${path}`]?.post?.responses[status]?.description.split(', ');
    expect(codesOf('/auth/logout', '401')).to.include('INVALID_TOKEN');
    expect(codesOf('/offers/{offer_id}/accept', '404')).to.include('STORY_NOT_FOUND');
    expect(codesOf('/uploads', '400')).to.include('UPLOAD_EXTENSION_UNSUPPORTED');
  });

  it('points only to schemas that are there, and holds none twice', () => {
    const text = JSON.stringify(document);
    const targets = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(targets).not.to.be.empty;
    for (const [, target = ''] of targets) {
      expect(document.components.schemas).to.have.property(target);
    }
    expect(text).not.to.include('$defs');
    expect(document.components.schemas).to.include.keys('Error', 'Registered', 'Account');
    expect(document.paths).to.include.keys('/api/v1/uploads', '/api/v1/media/{media_id}/events');
  });

  it('describes what answers: no path of it is unknown to the server', async () => {
    for (const { path, verb } of operations()) {
      const address = path.replace(/\{\w+\}/g, 'x');
      const method = verb as 'get';
      const { status, body } = await app().request[method](address);
      expect(status, `${verb} ${path}`).not.to.be.oneOf([405, 500, 501]);
      const unknown = status === 404 && body.error?.message === undefined;
      expect(unknown, `${verb} ${path}`).to.equal(false);
    }
  });

  it('has a page for people, under a policy without inline script', async () => {
    const page = await app().request.get('/api/docs').expect(200);
    expect(page.headers['content-type']).to.match(/^text\/html/);
    expect(page.headers['content-security-policy']).to.match(/script-src 'self'(;|$)/);
    expect(page.text).not.to.match(/<script(?![^>]*\bsrc=)/);
    for (const [, source = ''] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      await app().request.get(source).expect(200);
    }
  });
});
