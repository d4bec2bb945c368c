// What tells one client from another where there is no account: its address block and the look of its program.

import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';

export interface Client {
  /** An IPv4 address, or the /64 of an IPv6 one: whoever has one address of it has them all. */
  readonly address: string;
  /** Stays the same across updates of the same program on the same system. */
  readonly device: string;
  /** For the eyes of its user: `Firefox on Linux`. */
  readonly program: string;
  /** The network around the address: enough to know one's own, too little to find somebody. */
  readonly area: string;
}

interface Asker {
  readonly ip?: string | undefined;
  get(header: string): string | undefined;
}

/** Behind the proxies named by TRUST_PROXY the address is the one they saw. */
export const clientOf = (request: Asker): Client => ({
  address: addressOf(request),
  device: createHash('sha256')
    .update((request.get('user-agent') ?? '').replace(/[\d._]+/g, ''))
    .digest('base64url')
    .slice(0, 22),
  program: nameProgram(request.get('user-agent') ?? ''),
  area: toBlock(request.ip ?? 'unknown').replace(/^(\d+\.\d+\.\d+)\.\d+$/, '$1.0/24'),
});

/** The block alone, for what counts every request. */
export const addressOf = ({ ip }: Pick<Asker, 'ip'>): string => toBlock(ip ?? 'unknown');

/** From a list of our own: what a client says of itself is never shown as it came. */
function nameProgram(agent: string): string {
  const find = (names: readonly (readonly [string, RegExp])[]) =>
    names.find(([, look]) => look.test(agent))?.[0];
  const system = find(SYSTEMS);
  return `${find(PROGRAMS) ?? 'A program'}${system ? ` on ${system}` : ''}`;
}

const PROGRAMS = [
  ['Edge', /\bEdg/],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /\b(Chrome|CriOS)\//],
  ['Safari', /\bSafari\//],
] as const;
const SYSTEMS = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['Linux', /\bLinux\b/],
] as const;

export function toBlock(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const first = head.split(':').filter(Boolean);
  const last = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array<string>(zeros).fill('0'), ...last];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
