// How a stream comes over HTTP.

import { must, type Rule, type Violation } from './hls-rule.js';
import type { Delivery } from './hls-stream.js';

const TYPES: Readonly<Record<Delivery['kind'], readonly string[]>> = {
  playlist: ['application/vnd.apple.mpegurl', 'audio/mpegurl'],
  media: ['video/mp4', 'audio/mp4', 'video/iso.segment'],
  subtitles: ['text/vtt'],
};

export const DELIVERY_RULES: readonly Rule[] = [
  must(
    'mime-types',
    '10.4',
    eachDelivery(({ kind, contentType, status }) => {
      const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? 'none';
      return status < 400 && !TYPES[kind].includes(type) ? `is of type ${type}` : null;
    }),
  ),
  must(
    'gzip-playlists',
    '10.1',
    eachDelivery(({ kind, contentEncoding, status }) =>
      status < 400 && kind === 'playlist' && contentEncoding !== 'gzip'
        ? 'is not compressed'
        : null,
    ),
  ),
  must(
    'no-redirects',
    '8.18',
    eachDelivery(({ redirects }) => (redirects > 0 ? 'is redirected' : null)),
  ),
  must(
    'byte-ranges',
    'RFC 8216 4.3.2.2',
    eachDelivery(({ isRangeAsked, status }) =>
      isRangeAsked && status < 400 && status !== 206 ? `answers ${status} to a byte range` : null,
    ),
  ),
  must(
    'tls',
    '12.1',
    eachDelivery(({ url }) => {
      const { protocol, hostname } = new URL(url);
      return protocol !== 'https:' && !isLoopback(hostname) ? 'comes without TLS' : null;
    }),
  ),
];

/** One violation for each object, however often it was asked for. */
function eachDelivery(check: (delivery: Delivery) => string | null): Rule['check'] {
  return ({ deliveries }) => {
    const messages = deliveries.flatMap((delivery) => {
      const fault = check(delivery);
      return fault ? [`${new URL(delivery.url).pathname} ${fault}`] : [];
    });
    return [...new Set(messages)].map((message): Violation => ({ rendition: null, message }));
  };
}

const isLoopback = (hostname: string): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname) || hostname.endsWith('.localhost');
