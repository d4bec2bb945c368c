// npm run verify:bids [-- auction_…]: whether the bids of an auction, or of all, are those that were accepted, unchanged.

import { loadConfig } from '../pipeline/platform/config.js';
import { openDatabase } from '../pipeline/platform/database.js';
import { fromPublicId } from '../pipeline/platform/ids.js';
import { findRunningDatabase } from '../pipeline/platform/standalone/find-database.js';
import { type VerifiedBids, verifyAll, verifyBids } from './auctions/verify-bids.js';

const [given] = process.argv.slice(2);
const only = given === undefined ? null : fromPublicId('auction', given);
if (given !== undefined && only === null) {
  console.error('npm run verify:bids [-- auction_…]');
  process.exit(2);
}
try {
  process.exitCode = await run(only);
} catch (err) {
  console.error(err instanceof Error ? err.message : err);
  process.exitCode = 1;
}

/** @returns the exit code */
async function run(auctionId: string | null): Promise<number> {
  const { database, dataDir } = loadConfig();
  const url = database.url ?? (await findRunningDatabase(dataDir));
  if (!url) throw new Error('Nothing runs here: set DATABASE_URL, or begin with npm start');
  const { db, close } = openDatabase({ url, poolSize: 2 }, { applicationName: 'vw-verify-bids' });
  try {
    const counts = { auctions: 0, bids: 0, broken: 0 };
    for await (const verified of auctionId ? [await verifyBids(db, auctionId)] : verifyAll(db)) {
      count(counts, verified);
    }
    console.log(`${counts.auctions} auctions, ${counts.bids} bids, ${counts.broken} broken`);
    return counts.broken > 0 ? 1 : 0;
  } finally {
    await close();
  }
}

function count(
  counts: { auctions: number; bids: number; broken: number },
  { publicId, bids, brokenAt }: VerifiedBids,
): void {
  counts.auctions += 1;
  counts.bids += bids;
  if (brokenAt === null) return;
  counts.broken += 1;
  console.log(`${publicId}: broken at bid ${brokenAt}`);
}
