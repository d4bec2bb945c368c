// The signed-in session of this browser, and the one way the pages call the API.

import { z } from 'zod';

import { askProof } from './proof.js';

const Session = z.object({
  user_id: z.string(),
  email: z.string(),
  user_type: z.string(),
  access_token: z.string(),
  refresh_token: z.string(),
});
export type Session = z.output<typeof Session>;

const KEY = 'video-window.session';

/** What the API refused, in words that can be shown. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;
  readonly code: string;
  /** What was refused, without what each field has wrong. */
  readonly summary: string;
  readonly details: readonly {
    readonly field?: string | undefined;
    readonly message: string;
    /** Of the one that stands in the way. */
    readonly auction_id?: string | undefined;
  }[];
  constructor(
    status: number,
    code: string,
    summary: string,
    details: RefusedError['details'] = [],
  ) {
    const words = details.map(({ field = '', message }) => `${field} ${message}`.trim());
    super([summary, ...words].join(' · '));
    this.status = status;
    this.code = code;
    this.summary = summary;
    this.details = details;
  }
}

export function readSession(): Session | null {
  const stored = localStorage.getItem(KEY);
  return stored ? (Session.safeParse(JSON.parse(stored)).data ?? null) : null;
}

export function saveSession(session: Session | null): void {
  if (session) localStorage.setItem(KEY, JSON.stringify(session));
  else localStorage.removeItem(KEY);
  window.dispatchEvent(new Event('video-window.session'));
}

/**
 * Calls `/api/v1` and gives the reply's data; the body is JSON, or a file with a type of its own. An expired access token is
 * renewed once, and a proof is asked for where the act wants one.
 * @throws RefusedError with the API's code and words, or code OFFLINE
 */
export async function call<T = unknown>(
  method: string,
  path: string,
  body?: unknown,
  options: Omit<Sending, 'keepalive'> = {},
): Promise<T> {
  const ask = (session: Session | null) => send(method, path, body, session, options);
  let response = await ask(readSession());
  if (response.status === 401 && readSession() && path !== '/auth/login') {
    const renewed = await renewSession();
    // Where the session has ended, what anybody may see is still there.
    if (renewed || !readSession()) response = await ask(renewed);
  }
  if (response.status === 403 && (await wantsProof(response)) && (await askProof())) {
    response = await ask(readSession());
  }
  return dataOf<T>(response);
}

/** @returns what the second step is taken with, where the account asks for one */
export async function signIn(email: string, password: string): Promise<string | null> {
  const answer = await call('POST', '/auth/login', { email, password });
  const asked = z.object({ mfa_token: z.string() }).safeParse(answer);
  if (asked.success) return asked.data.mfa_token;
  saveSession(Session.parse(answer));
  return null;
}

/** @param code of the authenticator, or one for recovery */
export async function confirmSignIn(mfaToken: string, code: string): Promise<void> {
  saveSession(Session.parse(await call('POST', '/auth/mfa', { mfa_token: mfaToken, code })));
}

export async function register(given: {
  readonly email: string;
  readonly password: string;
  readonly user_type: string;
  readonly profile: { readonly display_name: string; readonly bio?: string };
}): Promise<void> {
  saveSession(Session.parse(await call('POST', '/auth/register', given)));
}

/** Here at once, whether or not the server can be told; it is, also where the page is left meanwhile. */
export function signOut(): void {
  const refresh_token = readSession()?.refresh_token;
  saveSession(null);
  if (!refresh_token) return;
  send('POST', '/auth/logout', { refresh_token }, null, { keepalive: true }).catch(() => undefined);
}

/** Renews the tokens; tabs take turns, since a refresh token works only once. */
export function renewSession(): Promise<Session | null> {
  const stale = readSession();
  return navigator.locks.request('video-window.refresh', async () => {
    const current = readSession();
    if (!current || current.refresh_token !== stale?.refresh_token) return current;
    const response = await send(
      'POST',
      '/auth/refresh',
      { refresh_token: current.refresh_token },
      null,
    );
    if (response.status === 401) saveSession(null);
    if (!response.ok) return null;
    const tokens = z
      .object({ access_token: z.string(), refresh_token: z.string() })
      .parse(await dataOf(response));
    const renewed = { ...current, ...tokens };
    saveSession(renewed);
    return renewed;
  });
}

async function wantsProof(response: Response): Promise<boolean> {
  const { data } = Envelope.safeParse(
    await response
      .clone()
      .json()
      .catch(() => ({})),
  );
  return data?.error?.code === 'STEP_UP_REQUIRED';
}

interface Sending {
  /** What is changed must still be as it was when this was seen. */
  readonly ifMatch?: number | string;
  readonly idempotencyKey?: string;
  /** Goes on after the page is left. */
  readonly keepalive?: boolean;
}

async function send(
  method: string,
  path: string,
  body: unknown,
  session: Session | null,
  { idempotencyKey, ifMatch, keepalive = false }: Sending = {},
) {
  const isFile = body instanceof Blob;
  try {
    return await fetch(`/api/v1${path}`, {
      method,
      keepalive,
      headers: {
        ...(session && { Authorization: `Bearer ${session.access_token}` }),
        ...(body !== undefined && !isFile && { 'Content-Type': 'application/json' }),
        ...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }),
        ...(ifMatch !== undefined && { 'If-Match': `"${ifMatch}"` }),
      },
      ...(body !== undefined && { body: isFile ? body : JSON.stringify(body) }),
    });
  } catch (error) {
    throw Object.assign(new RefusedError(0, 'OFFLINE', 'The server cannot be reached right now.'), {
      cause: error,
    });
  }
}

const Envelope = z.object({
  data: z.unknown().optional(),
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      details: z
        .array(
          z.object({
            field: z.string().optional(),
            message: z.string(),
            auction_id: z.string().optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});

async function dataOf<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  const parsed = Envelope.safeParse(await response.json().catch(() => ({})));
  const envelope = parsed.data ?? {};
  if (response.ok) return envelope.data as T;
  const {
    code = 'UNKNOWN',
    message = 'Something went wrong.',
    details = [],
  } = envelope.error ?? {};
  throw new RefusedError(response.status, code, message, details);
}
