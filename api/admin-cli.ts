// npm run admin -- <email>: makes or promotes an admin. The password is asked, or made and shown once.

import { randomBytes } from 'node:crypto';

import { z } from 'zod';

import { loadConfig } from '../pipeline/platform/config.js';
import { openDatabase } from '../pipeline/platform/database.js';
import { openLogger } from '../pipeline/platform/logger.js';
import { migrateToLatest } from '../pipeline/platform/migrations.js';
import { claimFolder } from '../pipeline/platform/standalone/claim-folder.js';
import { findRunningDatabase } from '../pipeline/platform/standalone/find-database.js';
import { supervisePostgres } from '../pipeline/platform/standalone/supervise-postgres.js';
import { askPassword } from './auth/ask-password.js';
import { makeAdmin } from './auth/make-admin.js';
import { NewPassword } from './auth/new-password.js';
import { findUserByEmail } from './users/find-user.js';

const config = loadConfig();
const email = z.email().safeParse(process.argv[2]?.trim().toLowerCase());
if (!email.success || process.argv.length > 3) {
  console.error('Say whom: npm run admin -- <email>');
  process.exit(2);
}
try {
  await withDatabase((url) => run(url, email.data));
} catch (err) {
  console.error(err instanceof Error ? err.message : err);
  process.exit(1);
}

async function run(url: string, address: string): Promise<void> {
  await migrateToLatest({ url });
  const { db, close } = openDatabase({ url, poolSize: 2 }, { applicationName: 'vw-admin' });
  try {
    const present = await findUserByEmail(db, address);
    const { password, made } = await choosePassword(Boolean(present?.passwordHash));
    const outcome = await makeAdmin(db, { email: address, password });
    console.log(
      outcome === 'made' ? `${address} is made, as an admin.` : `${address} is an admin now.`,
    );
    if (made) console.log(`Password, shown this once: ${password}`);
    const { publicUrl, host, port } = config.http;
    console.log(`Sign in at ${publicUrl ?? `http://${host}:${port}`}/ops/login`);
  } finally {
    await close();
  }
}

/** Without a terminal an account keeps its password, or gets one that is made. */
async function choosePassword(
  hasOne: boolean,
): Promise<{ password: string | null; made: boolean }> {
  const otherwise = hasOne ? 'keep the one it has' : 'have one made';
  const typed = process.stdin.isTTY
    ? await askPassword(`Password (at least 8 characters, or Enter to ${otherwise}): `)
    : '';
  if (typed !== '') {
    const checked = NewPassword.safeParse(typed);
    if (!checked.success) throw new Error(`The password ${checked.error.issues[0]?.message}.`);
    return { password: checked.data, made: false };
  }
  if (hasOne) return { password: null, made: false };
  return { password: randomBytes(15).toString('base64url'), made: true };
}

/** The database of the settings, else the one of a running `npm start`, else its own is started for the moment. */
async function withDatabase(use: (url: string) => Promise<void>): Promise<void> {
  const url = config.database.url ?? (await findRunningDatabase(config.dataDir));
  if (url) return use(url);
  const log = openLogger({ ...config.log, level: 'error' }, { process: 'command' });
  const claim = await claimFolder(config.dataDir);
  try {
    const postgres = await supervisePostgres(config.dataDir, log);
    await use(postgres.url).finally(() => postgres.stop());
  } finally {
    await claim.release();
  }
}
