// The document of the API, and the page that people read it on. Everything is served from here, under a strict policy.

import { createRequire } from 'node:module';
import { dirname } from 'node:path';

import { Router } from 'express';

import { contentPolicy } from './security-headers.js';

const ASSETS = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const SERVED = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Video Window: the API</title>
    <link rel="stylesheet" href="/api/docs/swagger-ui.css">
    <link rel="icon" href="/api/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="docs"></div>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/api/v1/openapi.json', dom_id: '#docs', deepLinking: true });
`;

export function docsRouter(document: object): Router {
  const router = Router();
  router.get('/api/v1/openapi.json', (_request, response) => {
    response.locals.route = '/api/v1/openapi.json';
    response.set('Cache-Control', 'public, max-age=60').json(document);
  });
  router.get(
    '/api/docs',
    contentPolicy({
      scriptSrc: ["'self'"],
      // Swagger UI's drawings are data, and it sets styles from its script.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
    }),
    (_request, response) => void response.type('html').send(PAGE),
  );
  router.get('/api/docs/start.js', (_request, response) => void response.type('js').send(START));
  for (const file of SERVED) {
    router.get(`/api/docs/${file}`, (_request, response) => {
      response.set('Cache-Control', 'public, max-age=3600').sendFile(file, { root: ASSETS });
    });
  }
  return router;
}
