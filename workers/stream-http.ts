// A stream's objects over HTTP, as a player asks for them: playlists whole, media by byte range.

import { BoxError, type ByteSource, bufferSource, keepWindow } from '../pipeline/boxes-bytes.js';
import { ObjectMissing, type StreamObjects } from '../pipeline/hls-objects.js';
import type { Delivery } from '../pipeline/hls-stream.js';

export interface HttpOptions {
  /** A `Cookie` header, sent to the stream's own origin alone. */
  readonly cookies?: string | undefined;
}

export function openStreamUrl(url: string, { cookies }: HttpOptions): StreamObjects {
  const deliveries: Delivery[] = [];
  const opened = new Map<string, Promise<ByteSource>>();
  const ask = async (kind: Delivery['kind'], object: string, range: string | null) => {
    const isOwn = new URL(object).origin === new URL(url).origin;
    const headers = {
      ...(range ? { range, 'accept-encoding': 'identity' } : { 'accept-encoding': 'gzip' }),
      ...(cookies && isOwn ? { cookie: cookies } : {}),
    };
    const { response, redirects } = await follow(object, headers);
    deliveries.push({
      ...{ kind, url: object, status: response.status, redirects, isRangeAsked: range !== null },
      contentType: response.headers.get('content-type'),
      contentEncoding: response.headers.get('content-encoding'),
    });
    if (response.ok) return response;
    await response.body?.cancel();
    throw new ObjectMissing(`${nameOf(object)} answers ${response.status}`);
  };
  return {
    deliveries,
    readText: async (object, kind) => (await readBody(await ask(kind, object, null))).toString(),
    openMedia: (object) => {
      const source = opened.get(object) ?? openRanges((range) => ask('media', object, range));
      opened.set(object, source);
      return source;
    },
  };
}

const nameOf = (url: string) => new URL(url).pathname;

const MAX_REDIRECTS = 5;
const TIMEOUT_MS = 30_000;

async function follow(
  url: string,
  headers: Record<string, string>,
  redirects = 0,
): Promise<{ response: Response; redirects: number }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { headers, redirect: 'manual', signal }).catch((error) => {
    throw new ObjectMissing(`${nameOf(url)} cannot be fetched`, { cause: error });
  });
  const location = response.headers.get('location');
  if (response.status < 300 || response.status >= 400 || !location) return { response, redirects };
  await response.body?.cancel();
  if (redirects >= MAX_REDIRECTS) throw new ObjectMissing(`${nameOf(url)} redirects for ever`);
  const target = new URL(location, url);
  const { cookie: _, ...withoutCookie } = headers;
  const isOwn = target.origin === new URL(url).origin;
  return follow(target.href, isOwn ? headers : withoutCookie, redirects + 1);
}

const WINDOW_BYTES = 64 * 1024;

/** A server that ignores ranges answers with everything at once; that serves too. */
async function openRanges(ask: (range: string) => Promise<Response>): Promise<ByteSource> {
  const response = await ask(`bytes=0-${WINDOW_BYTES - 1}`);
  const body = await readBody(response);
  const [, total] =
    /^bytes \d+-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
  if (response.status !== 206 || total === undefined) return bufferSource(body);
  const size = Number(total);
  const ranged: ByteSource = {
    size,
    read: async (offset, length) => {
      if (length === 0) return Buffer.alloc(0);
      if (offset + length <= body.length) return body.subarray(offset, offset + length);
      const part = await ask(`bytes=${offset}-${offset + length - 1}`);
      const bytes = await readBody(part);
      const found = part.status === 206 ? bytes : bytes.subarray(offset, offset + length);
      if (found.length !== length) throw new BoxError('A byte range came back too short');
      return found;
    },
  };
  return keepWindow(ranged, WINDOW_BYTES);
}

const MAX_BODY_BYTES = 256 * 1024 * 1024;

async function readBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new ObjectMissing(`${nameOf(response.url)} is too large`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
