// npm run verify:bids [-- auction_…]: whether the bids of an auction, or of all, are those that were accepted, unchanged.

import { loadConfig } from '../pipeline/platform/config.js';
import { openDatabase } from '../pipeline/platform/database.js';
import { fromPublicId } from '../pipeline/platform/ids.js';
import { verifyBids } from './auctions/verify-bids.js';

const [given] = process.argv.slice(2);
const only = given === undefined ? null : fromPublicId('auction', given);
if (given !== undefined && only === null) {
  console.error(`Not an auction's id: ${given}`);
  process.exit(2);
}

const { db, close } = openDatabase(loadConfig().database, {
  applicationName: 'vw-verify-bids',
});
try {
  let [auctions, bids, broken] = [0, 0, 0];
  for await (const { publicId, bids: count, brokenAt } of verifyBids(db, only)) {
    auctions += 1;
    bids += count;
    if (brokenAt === null) continue;
    broken += 1;
    console.log(`${publicId}: broken at bid ${brokenAt}`);
  }
  console.log(`${auctions} auctions, ${bids} bids, ${broken} broken`);
  if (broken > 0) process.exitCode = 1;
} finally {
  await close();
}
