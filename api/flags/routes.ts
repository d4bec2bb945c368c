// /admin/flags

import { z } from 'zod';

import { actorOf } from '../audit/record-audit.js';
import type { Context } from '../context.js';
import { type Route, route } from '../http/define-route.js';
import { FLAG_NAMES, FLAGS, type FlagName, type FlagSetting, UNSET } from './flag.js';
import { listSettings } from './queries.js';
import { setFlag } from './set-flag.js';

const Flag = z
  .strictObject({
    name: z.enum(FLAG_NAMES),
    description: z.string(),
    enabled: z.boolean(),
    percentage: z.int().describe('Of the subjects, chosen by a stable hash'),
  })
  .meta({ id: 'Flag' });

const toView = (name: FlagName, setting: FlagSetting) => ({
  ...{ name, description: FLAGS[name] },
  ...setting,
});

export const flagRoutes = (context: Context): Route[] => [
  route({
    method: 'get',
    path: '/admin/flags',
    summary: 'List the feature flags',
    tags: ['Administration'],
    access: 'admin',
    status: 200,
    reply: z.strictObject({ flags: z.array(Flag) }).meta({ id: 'Flags' }),
    async handle() {
      const settings = await listSettings(context.db);
      return { flags: FLAG_NAMES.map((name) => toView(name, settings.get(name) ?? UNSET)) };
    },
  }),

  route({
    method: 'put',
    path: '/admin/flags/:flag',
    summary: 'Switch a feature flag; other processes follow within 10 seconds',
    tags: ['Administration'],
    access: 'admin',
    stepUp: true,
    params: z.strictObject({ flag: z.enum(FLAG_NAMES) }),
    body: z
      .strictObject({
        enabled: z.boolean().optional(),
        percentage: z.int().min(0).max(100).optional(),
      })
      .meta({ id: 'SetFlag' }),
    status: 200,
    reply: Flag,
    handle: async ({ params, body, user, request }) =>
      toView(params.flag, await setFlag(context, actorOf(user, request), params.flag, body)),
  }),
];
