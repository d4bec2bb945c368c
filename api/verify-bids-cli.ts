// npm run verify:bids [-- auction_…]: whether the bids of an auction, or of all, are those that were accepted, unchanged.

import { loadConfig } from '../pipeline/platform/config.js';
import { openDatabase } from '../pipeline/platform/database.js';
import { fromPublicId } from '../pipeline/platform/ids.js';
import { findBreak } from './auctions/bid-chain.js';
import { listAuctionsAfter, listChain } from './auctions/verify-queries.js';

const PAGE = 500;
const [given] = process.argv.slice(2);
const only = given === undefined ? null : fromPublicId('auction', given);
if (given !== undefined && only === null) {
  console.error(`Not an auction's id: ${given}`);
  process.exit(2);
}

const { db, close } = openDatabase(loadConfig(process.env).database, {
  applicationName: 'vw-verify-bids',
});
try {
  let [auctions, bids, broken] = [0, 0, 0];
  for await (const auctionId of only ? [only] : all()) {
    const chain = await listChain(db, auctionId);
    const at = findBreak(chain.bids, chain.lastHash);
    auctions += 1;
    bids += chain.bids.length;
    if (at === null) continue;
    broken += 1;
    console.log(`${chain.publicId}: broken at bid ${at}`);
  }
  console.log(`${auctions} auctions, ${bids} bids, ${broken} broken`);
  if (broken > 0) process.exitCode = 1;
} finally {
  await close();
}

async function* all(): AsyncGenerator<string> {
  let last: string | null = null;
  for (;;) {
    const ids: string[] = await listAuctionsAfter(db, last, PAGE);
    yield* ids;
    last = ids.at(-1) ?? null;
    if (ids.length < PAGE) return;
  }
}
