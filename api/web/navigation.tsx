// Moving between the pages without loading them anew: the address, links, and the title of each page.

import { type AnchorHTMLAttributes, type MouseEvent, useEffect, useSyncExternalStore } from 'react';

const EVENT = 'video-window.navigation';
const NAME = 'Video Window';

/** @param to an address of this site, with its query */
export function go(to: string, { replace = false } = {}): void {
  const here = new URL(to, location.origin);
  if (here.origin !== location.origin) return;
  if (replace) {
    history.replaceState(null, '', here);
  } else {
    history.replaceState({ ...history.state, scroll: window.scrollY }, '');
    history.pushState(null, '', here);
  }
  window.dispatchEvent(new Event(EVENT));
}

/** How far down the page was when it was left; 0 where it was never left. */
export const leftAt = (): number =>
  Number((history.state as { scroll?: number } | null)?.scroll ?? 0);

/** For pages whose content comes later than the browser looks for its old place. */
export function restoreScroll(): void {
  if (leftAt() > 0) window.scrollTo(0, leftAt());
}

/** Where the browser is, kept true; changes of the query alone count too. */
export function useAddress(): { readonly path: string; readonly query: URLSearchParams } {
  const path = useSyncExternalStore(subscribe, () => location.pathname);
  const search = useSyncExternalStore(subscribe, () => location.search);
  return { path, query: new URLSearchParams(search) };
}

/** Names the page in the browser's tab; App tells it to screen readers after each move. */
export function usePageTitle(title: string | null): void {
  useEffect(() => {
    if (title === null) return;
    document.title = `${title} · ${NAME}`;
    window.dispatchEvent(new CustomEvent(TITLED, { detail: title }));
  }, [title]);
}

export const TITLED = 'video-window.titled';

/** A link inside the site; with a modifier or the middle button it is the browser's own. */
export function Link({
  href,
  onClick,
  ...rest
}: AnchorHTMLAttributes<HTMLAnchorElement> & { readonly href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const isPlain = event.button === 0 && !rest.target;
    if (event.defaultPrevented || !isPlain || hasModifier(event)) return;
    event.preventDefault();
    go(href);
  };
  return <a {...rest} href={href} onClick={follow} />;
}

/** @returns where to go on after signing in: an address of this site, and nothing else */
export const readNext = (query: URLSearchParams): string | null => {
  const next = query.get('next') ?? '';
  return /^\/(?![/\\])/.test(next) ? next : null;
};

function subscribe(onChange: () => void) {
  window.addEventListener('popstate', onChange);
  window.addEventListener(EVENT, onChange);
  return () => {
    window.removeEventListener('popstate', onChange);
    window.removeEventListener(EVENT, onChange);
  };
}

const hasModifier = ({ metaKey, ctrlKey, shiftKey, altKey }: MouseEvent) =>
  metaKey || ctrlKey || shiftKey || altKey;
