// The origins that addresses in our answers are built on.

import type { Request } from 'express';

import type { Config } from '../../pipeline/platform/config.js';

type Origins = Pick<Config, 'http' | 'playback'>;

/** Without PUBLIC_URL the one the request came to, as the proxies named by TRUST_PROXY tell it. */
export const publicOrigin = ({ http }: Pick<Origins, 'http'>, request: Request): string =>
  http.publicUrl ?? `${request.protocol}://${request.host}`;

/** Where viewers fetch clips: CloudFront, or the API itself. */
export const edgeOrigin = (config: Origins, request: Request): string =>
  config.playback.cloudFrontUrl ?? publicOrigin(config, request);

/** What a column holds as a picture's address: a key of ours, or an address elsewhere. */
export const toAddress = (stored: string, origin: string): string =>
  stored.startsWith('public/') ? `${origin}/${stored}` : stored;
