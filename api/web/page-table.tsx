// Which page each address shows, and who may see it; each page's code is loaded when it is first shown.

import { type ComponentType, lazy } from 'react';

import { NotFound } from './not-found.js';
import type { Session } from './session.js';

export interface PageProps {
  /** The id in the address. */
  readonly id: string | null;
  readonly session: Session | null;
}

interface Row {
  /** The page's name, until it has a better one itself. */
  readonly title: string;
  readonly access: 'anyone' | 'user' | 'maker' | 'admin';
  readonly Page: ComponentType<PageProps>;
}

const STUDIO = row('Studio', 'maker', async () => (await import('./studio.js')).Studio);
const MODERATION = row(
  'Moderation',
  'admin',
  async () => (await import('./moderation.js')).Moderation,
);

/**
 * By the first part of the address; with an id behind it, by `part/:id`. A page stays mounted while only the id
 * changes.
 */
const PAGES: Readonly<Record<string, Row>> = {
  '': row('Stories', 'anyone', async () => (await import('./feed-page.js')).FeedPage),
  'stories/:id': row('Story', 'anyone', async () => (await import('./story-page.js')).StoryPage),
  'makers/:id': row('Maker', 'anyone', async () => (await import('./maker-page.js')).MakerPage),
  'watch/:id': row('Watch', 'anyone', async () => (await import('./watch.js')).Watch),
  'sign-in': row('Sign in', 'anyone', async () => (await import('./sign-in-page.js')).SignInPage),
  'sign-up': row('Open an account', 'anyone', async () => (await import('./sign-up.js')).SignUp),
  'reset-password': row(
    'Forgotten password',
    'anyone',
    async () => (await import('./reset-password.js')).ResetPassword,
  ),
  saved: row('Saved stories', 'user', async () => (await import('./saved-page.js')).SavedPage),
  bids: row('Offers and bids', 'user', async () => (await import('./bids-page.js')).BidsPage),
  account: row('Account', 'user', async () => (await import('./account-page.js')).AccountPage),
  studio: STUDIO,
  'studio/:id': STUDIO,
  moderation: MODERATION,
  'moderation/:id': MODERATION,
};

const NOWHERE: Row = { title: 'Nothing here', access: 'anyone', Page: NotFound };

export function findPage(path: string): Row & { readonly id: string | null } {
  const [, name = '', id = null, ...more] = path.replace(/(.)\/$/, '$1').split('/');
  const key = id === null ? name : `${name}/:id`;
  const found = more.length === 0 && Object.hasOwn(PAGES, key) ? PAGES[key] : undefined;
  return { ...(found ?? NOWHERE), id };
}

function row(
  title: string,
  access: Row['access'],
  load: () => Promise<ComponentType<PageProps>>,
): Row {
  return { title, access, Page: lazy(async () => ({ default: await load() })) };
}
