// The public halves of the token keys, for whoever else checks our tokens (RFC 7517).

import { Router } from 'express';

import type { Context } from '../context.js';

export function keySetRouter({ keys }: Pick<Context, 'keys'>): Router {
  const set = {
    keys: [keys.tokens, ...keys.tokens.previous].map(({ kid, publicKey }) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid,
      use: 'sig',
      alg: 'RS256',
    })),
  };
  const router = Router();
  router.get('/.well-known/jwks.json', (_request, response) => {
    response.set('Cache-Control', 'public, max-age=300').json(set);
  });
  return router;
}
