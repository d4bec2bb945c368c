// /ops: the queues for people, behind an admin's sign-in.

import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { z } from 'zod';

import { checkSecondFactor } from '../auth/challenge.js';
import { checkPassword } from '../auth/check-password.js';
import { hasSecondFactor } from '../auth/second-factor.js';
import type { Context } from '../context.js';
import { ApiError, forbidden, malformedRequest } from '../errors.js';
import { clientOf } from '../http/client.js';
import { contentPolicy } from '../http/security-headers.js';
import {
  checkFormWord,
  issueFormWord,
  refuseForeignOrigin,
  requireOrigin,
} from './forgery-guard.js';
import { closeOpsSession, openOpsSession, requireAdmin } from './ops-session.js';
import { openBoard } from './queue-board.js';
import { STYLE, signInPage, signOutPage } from './sign-in-page.js';

const SignIn = z.object({
  word: z.string(),
  email: z.string().trim().toLowerCase().max(255),
  password: z.string().min(1).max(1_024),
  code: z.string().trim().max(32).default(''),
});

export function boardRouter(context: Context): Router {
  const router = Router();
  const readForm = express.urlencoded({ extended: false, limit: '4kb' });
  router.use('/ops', hardenPages, refuseForeignOrigin(context));
  router.get('/ops', (_request, response) => response.redirect(303, '/ops/queues'));
  router.get('/ops/style.css', (_request, response) => void response.type('css').send(STYLE));

  router.get('/ops/login', ownPolicy, (request, response) => {
    response.type('html').send(signInPage(issueFormWord(request, response), null));
  });
  router.post('/ops/login', ownPolicy, readForm, async (request, response) => {
    const form = SignIn.safeParse(request.body);
    if (!form.success) throw malformedRequest();
    checkFormWord(request, form.data.word);
    const problem = await signIn(context, form.data, request, response);
    if (!problem) return response.redirect(303, '/ops/queues');
    const page = signInPage(issueFormWord(request, response), problem.message);
    response.status(problem.status).set(problem.headers).type('html').send(page);
  });

  router.get('/ops/logout', ownPolicy, (request, response) => {
    response.type('html').send(signOutPage(issueFormWord(request, response)));
  });
  router.post('/ops/logout', ownPolicy, readForm, async (request, response) => {
    checkFormWord(request, request.body?.word);
    await closeOpsSession(context, request, response);
    response.redirect(303, '/ops/login');
  });

  router.use('/ops/queues', admitAdmins(context), requireOrigin, boardPolicy, openBoard(context));
  return router;
}

/** `Referrer-Policy: no-referrer` would make a browser send `Origin: null` with our own forms. */
function hardenPages(_request: Request, response: Response, next: NextFunction): void {
  response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'same-origin' });
  next();
}

const ownPolicy = contentPolicy({ styleSrc: ["'self'"], formAction: ["'self'"] });

/** The board's page loads its own scripts and sets styles from them; its web fonts stay away. */
const boardPolicy = contentPolicy({
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  baseUri: ["'self'"],
});

/** A person without a session gets the sign-in page in place of the board, a program gets the refusal. */
const admitAdmins =
  (context: Context) => async (request: Request, response: Response, next: NextFunction) => {
    try {
      await requireAdmin(context, request);
    } catch (refusal) {
      const asksForPage = request.method === 'GET' && request.accepts('json', 'html') === 'html';
      if (!(refusal instanceof ApiError) || refusal.status !== 401 || !asksForPage) throw refusal;
      return ownPolicy(request, response, () => {
        response.status(401).type('html');
        response.send(signInPage(issueFormWord(request, response), null));
      });
    }
    next();
  };

async function signIn(
  context: Context,
  form: z.output<typeof SignIn>,
  request: Request,
  response: Response,
): Promise<ApiError | null> {
  try {
    const user = await checkPassword(context, form, clientOf(request));
    if (await hasSecondFactor(context, user.userId)) {
      await checkSecondFactor(context, user.userId, form.code, clientOf(request));
    }
    if (user.userType !== 'admin') throw forbidden('This account is no admin.');
    await openOpsSession(context, user.userId, request, response);
    context.log.info({ user_id: user.userId }, 'an admin signed in to operations');
    return null;
  } catch (refusal) {
    if (refusal instanceof ApiError && refusal.status < 500) return refusal;
    throw refusal;
  }
}
