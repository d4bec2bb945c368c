// The bar above every page: where one can go, and who is signed in. On a phone the links are behind a button.

import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';

import { go, Link } from './navigation.js';
import { type Session, signOut } from './session.js';
import './site-header.css';

export function SiteHeader({ session, path }: { session: Session | null; path: string }) {
  const [open, setOpen] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const id = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a move closes the menu
  useEffect(() => setOpen(false), [path]);
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return;
    setOpen(false);
    toggle.current?.focus();
  };
  const leave = () => {
    signOut();
    go('/');
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the menu wherever in it the keyboard is
    <header className="top" onKeyDown={onKey}>
      <Link className="brand" href="/">
        Video Window
      </Link>
      <button
        ref={toggle}
        type="button"
        className="menu-button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        Menu
      </button>
      <nav id={id} aria-label="Site" data-open={open}>
        <ul>
          {linksOf(session, path).map(([href, words]) => (
            <li key={href}>
              <Link href={href} aria-current={isAt(path, href) ? 'page' : undefined}>
                {words}
              </Link>
            </li>
          ))}
          {session && (
            <li>
              <span className="quiet signed-in-as" title={session.email}>
                {session.email}
              </span>{' '}
              <button type="button" onClick={leave}>
                Sign out
              </button>
            </li>
          )}
        </ul>
      </nav>
    </header>
  );
}

function linksOf(session: Session | null, path: string): readonly (readonly [string, string])[] {
  if (!session) {
    const isDoor = path.startsWith('/sign-') || path === '/reset-password' || path === '/';
    const next = isDoor ? '' : `?next=${encodeURIComponent(path)}`;
    return [
      ['/', 'Stories'],
      [`/sign-in${next}`, 'Sign in'],
      [`/sign-up${next}`, 'Open an account'],
    ];
  }
  const role = session.user_type;
  return [
    ['/', 'Stories'],
    ...(role === 'maker' ? [['/studio', 'Studio'] as const] : []),
    ...(role === 'admin' ? [['/moderation', 'Moderation'] as const] : []),
    ['/bids', 'Bids'],
    ['/saved', 'Saved'],
    ['/account', 'Account'],
  ];
}

function isAt(path: string, href: string): boolean {
  const [target = ''] = href.split('?');
  return target === '/' ? path === '/' : path === target || path.startsWith(`${target}/`);
}
