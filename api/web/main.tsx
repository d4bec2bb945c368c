// The pages' entry: which page the address names, and who is signed in.

import { lazy, Suspense, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

import { readSession, signOut } from './session.js';
import { SignIn } from './sign-in.js';
import { Studio } from './studio.js';

// The player is most of the code, and the studio does without it.
const Watch = lazy(async () => ({ default: (await import('./watch.js')).Watch }));

function App() {
  const [path, setPath] = useState(location.pathname);
  const [session, setSession] = useState(readSession);
  useEffect(() => {
    const onSession = () => setSession(readSession());
    const onPath = () => setPath(location.pathname);
    window.addEventListener('video-window.session', onSession);
    window.addEventListener('storage', onSession);
    window.addEventListener('popstate', onPath);
    return () => {
      window.removeEventListener('video-window.session', onSession);
      window.removeEventListener('storage', onSession);
      window.removeEventListener('popstate', onPath);
    };
  }, []);
  const go = (to: string) => {
    history.pushState(null, '', to);
    setPath(to);
  };
  return (
    <>
      <a className="visually-hidden skip" href="#main">
        Skip to the page
      </a>
      <header className="bar top">
        <a className="brand" href="/studio">
          Video Window
        </a>
        {session && (
          <span>
            <span className="quiet">{session.email}</span>{' '}
            <button type="button" onClick={() => void signOut()}>
              Sign out
            </button>
          </span>
        )}
      </header>
      <main id="main">
        <Page path={path} signedIn={session !== null} go={go} />
      </main>
    </>
  );
}

interface PageProps {
  readonly path: string;
  readonly signedIn: boolean;
  readonly go: (path: string) => void;
}

function Page({ path, signedIn, go }: PageProps) {
  const [, page, id] = path.split('/');
  if (page === 'watch' && id) {
    return (
      <>
        <Suspense fallback={<p className="quiet">Loading…</p>}>
          <Watch storyId={id} signedIn={signedIn} />
        </Suspense>
        {!signedIn && <SignIn />}
      </>
    );
  }
  return signedIn ? <Studio storyId={id ?? null} go={go} /> : <SignIn />;
}

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
