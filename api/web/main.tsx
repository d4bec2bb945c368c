// The pages' entry: the frame around every page, who is signed in, and where the keyboard goes after a move.

import { Suspense, useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';

import { go, leftAt, TITLED, useAddress, usePageTitle } from './navigation.js';
import { findPage } from './page-table.js';
import { PageTrouble } from './page-trouble.js';
import { ProofDialog } from './proof-dialog.js';
import { readSession, type Session } from './session.js';
import { SignIn } from './sign-in.js';
import { SiteHeader } from './site-header.js';

function App() {
  const { path } = useAddress();
  const session = useSession();
  const { main, said } = useMoves(`${path} ${session?.user_id}`);
  return (
    <>
      <a className="visually-hidden skip" href="#main">
        Skip to the page
      </a>
      <SiteHeader session={session} path={path} />
      <p className="visually-hidden" aria-live="polite">
        {said}
      </p>
      <main id="main" ref={main} tabIndex={-1}>
        <PageTrouble path={path}>
          <Suspense fallback={<p className="quiet">Loading…</p>}>
            {/* Before the page, so that the page's own title comes later and stays. */}
            <PageName title={findPage(path).title} />
            <Page path={path} session={session} />
          </Suspense>
        </PageTrouble>
      </main>
      <ProofDialog />
    </>
  );
}

function Page({ path, session }: { path: string; session: Session | null }) {
  const { title, access, id, Page: Shown } = findPage(path);
  const role = session?.user_type;
  if (access !== 'anyone' && !session) return <SignIn />;
  const isFit = access === 'anyone' || access === 'user' || role === access || role === 'admin';
  if (!isFit) {
    return (
      <div className="notice">
        <h1>{title}</h1>
        <p>This page is not for {role === 'viewer' ? 'viewers’ accounts' : 'your account'}.</p>
        <button type="button" onClick={() => go('/')}>
          See the stories
        </button>
      </div>
    );
  }
  return <Shown id={id} session={session} />;
}

function PageName({ title }: { title: string }) {
  usePageTitle(title);
  return null;
}

function useSession(): Session | null {
  const [session, setSession] = useState(readSession);
  useEffect(() => {
    const read = () => setSession(readSession());
    window.addEventListener('video-window.session', read);
    window.addEventListener('storage', read);
    return () => {
      window.removeEventListener('video-window.session', read);
      window.removeEventListener('storage', read);
    };
  }, []);
  return session;
}

/** After a move, and after signing in or out, the keyboard is at the page's start, and its title is said aloud. */
function useMoves(place: string) {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(place);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (shown.current === place) return;
    shown.current = place;
    if (leftAt() === 0) window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [place]);
  useEffect(() => {
    const first = location.pathname;
    let hasMoved = false;
    const say = (event: Event) => {
      hasMoved ||= location.pathname !== first;
      if (hasMoved) setSaid(String((event as CustomEvent).detail));
    };
    window.addEventListener(TITLED, say);
    return () => window.removeEventListener(TITLED, say);
  }, []);
  return { main, said };
}

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
