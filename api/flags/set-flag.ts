import { type Actor, recordAudit } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { type FlagName, type FlagSetting, UNSET } from './flag.js';
import { lockSetting, saveSetting } from './queries.js';

/** What is not given stays as it is. */
export async function setFlag(
  { db, flags }: Pick<Context, 'db' | 'flags'>,
  actor: Actor,
  name: FlagName,
  wanted: { readonly [Part in keyof FlagSetting]?: FlagSetting[Part] | undefined },
): Promise<FlagSetting> {
  const setting = await db.transaction(async (trx) => {
    const before = (await lockSetting(trx, name)) ?? UNSET;
    const after = {
      enabled: wanted.enabled ?? before.enabled,
      percentage: wanted.percentage ?? before.percentage,
    };
    await saveSetting(trx, name, after);
    await recordAudit(trx, actor, {
      action: 'flag.set',
      subject: `flag:${name}`,
      before,
      after,
    });
    return after;
  });
  flags.forget();
  return setting;
}
