// The two small pages of /ops that are ours: sign in and sign out. No script.

const escapeHtml = (text: string) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

export const signInPage = (word: string, problem: string | null): string =>
  page(
    'Sign in to operations',
    `${problem ? `<p class="problem" role="alert">${escapeHtml(problem)}</p>` : ''}
    <form method="post" action="/ops/login">
      <input type="hidden" name="word" value="${escapeHtml(word)}">
      <label>E-mail <input name="email" type="email" autocomplete="username" required autofocus></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
      <label>Code, where two-step sign-in is on <input name="code" inputmode="numeric" autocomplete="one-time-code"></label>
      <button>Sign in</button>
    </form>`,
  );

export const signOutPage = (word: string): string =>
  page(
    'Sign out of operations',
    `<form method="post" action="/ops/logout">
      <input type="hidden" name="word" value="${escapeHtml(word)}">
      <button>Sign out</button>
    </form>
    <p><a href="/ops/queues">Back to the queues</a></p>`,
  );

const page = (title: string, content: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="stylesheet" href="/ops/style.css">
  </head>
  <body>
    <main>
    <h1>${title}</h1>
    ${content}
    </main>
  </body>
</html>
`;

export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { width: min(22rem, calc(100vw - 3rem)); }
h1 { font-size: 1.25rem; }
form { display: grid; gap: 1rem; }
label { display: grid; gap: 0.25rem; }
input, button { font: inherit; padding: 0.6rem 0.75rem; border: 1px solid #8888; border-radius: 0.5rem; }
button { cursor: pointer; font-weight: 600; background: #1f6f5c; color: #fff; border-color: #1f6f5c; }
:focus-visible { outline: 3px solid #3aa98d; outline-offset: 2px; }
.problem { padding: 0.6rem 0.75rem; border-radius: 0.5rem; background: #b3261e22; border: 1px solid #b3261e; }
`;
