// npm run check:hls -- <path or URL> [--cookies 'name=value; …']: a table of the stream and what it breaks.

import { parseArgs } from 'node:util';

import { PlaylistError } from '../pipeline/hls-attributes.js';
import { ObjectMissing } from '../pipeline/hls-objects.js';
import { brokenMusts } from '../pipeline/hls-rules.js';
import { readStreamAt } from './check-stream.js';
import { describeStream } from './describe-stream.js';

const USAGE = "usage: npm run check:hls -- <path or URL> [--cookies 'name=value; …']";
const [UNREADABLE, BROKEN] = [1, 2];

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { cookies: { type: 'string' } },
    });
    const [location] = positionals;
    if (location === undefined || positionals.length > 1) throw new Error(USAGE);
    const checked = await readStreamAt(location, values);
    process.stdout.write(describeStream(checked));
    return brokenMusts(checked.findings).length > 0 ? BROKEN : 0;
  } catch (error) {
    const { message } = error as Error;
    const isAbsent = error instanceof ObjectMissing || error instanceof PlaylistError;
    process.stderr.write(isAbsent ? `The stream cannot be read: ${message}\n` : `${message}\n`);
    return UNREADABLE;
  }
}
