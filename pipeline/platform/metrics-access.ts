// Who may read metrics: whoever has the token of the settings, or, where there is none, this machine alone.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** @param request of Node's own or Express'; headers and the socket's address are looked at */
export function mayReadMetrics(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  token: string | null,
): boolean {
  if (token) return isSame(headers.authorization ?? '', `Bearer ${token}`);
  // A proxy on this machine connects from it as well, but says for whom.
  const forwarded = headers['x-forwarded-for'] ?? headers.forwarded;
  return forwarded === undefined && LOOPBACK.test(socket.remoteAddress ?? '');
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

const isSame = (given: string, wanted: string) => timingSafeEqual(digest(given), digest(wanted));
const digest = (text: string) => createHash('sha256').update(text).digest();
