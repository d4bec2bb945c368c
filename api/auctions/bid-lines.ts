// The lines to Postgres that bids are placed by: few, since a line carries a batch, and impatient, since many want the row.

import type { Logger } from 'pino';

import { WAITS } from '../../pipeline/platform/bound-waits.js';
import type { Config } from '../../pipeline/platform/config.js';
import { type Lines, openLines } from '../../pipeline/platform/open-lines.js';
import { BIDS_SIDE_BY_SIDE } from './combine-bids.js';

export const openBidLines = (
  config: Pick<Config['database'], 'url'>,
  log?: Pick<Logger, 'warn'>,
  applicationName = 'vw-bids',
): Lines =>
  openLines(config, {
    applicationName,
    count: BIDS_SIDE_BY_SIDE,
    ...WAITS,
    ...(log && { log }),
  });
