// The Express application: the order of everything that a request passes.

import express, { type Express } from 'express';
import { bidRoutes } from './auctions/bid-routes.js';
import { closeRoutes } from './auctions/close-routes.js';
import { auctionRoutes } from './auctions/routes.js';
import { saleRoutes } from './auctions/sale-routes.js';
import { auditRoutes } from './audit/routes.js';
import { keySetRouter } from './auth/key-set.js';
import { authRoutes } from './auth/routes.js';
import { barRoutes } from './bars/routes.js';
import { commentRoutes } from './comments/routes.js';
import type { Context } from './context.js';
import { notFound } from './errors.js';
import { feedRoutes } from './feed/routes.js';
import { flagRoutes } from './flags/routes.js';
import { type Route, toRouter } from './http/define-route.js';
import { docsRouter } from './http/docs-page.js';
import { renderErrors } from './http/error-handler.js';
import { boundPipelining, limitBodyTime, refuseOddRequests } from './http/odd-requests.js';
import { describeApi } from './http/openapi.js';
import { assignRequestId } from './http/request-id.js';
import { recordRequests } from './http/request-log.js';
import { crossOrigin, securityHeaders } from './http/security-headers.js';
import { imageRoutes } from './images/routes.js';
import { describeUploads } from './media/describe-uploads.js';
import { edgeRouter } from './media/edge-router.js';
import { mediaRoutes } from './media/routes.js';
import { uploadRouter } from './media/upload-router.js';
import { offerRoutes } from './offers/routes.js';
import { offerTermsRoutes } from './offers/terms-routes.js';
import { boardRouter } from './ops/board-router.js';
import { healthRouter } from './ops/health.js';
import { metricsRouter } from './ops/metrics-page.js';
import { orderRoutes } from './orders/routes.js';
import { saveRoutes } from './saves/routes.js';
import { moderationRoutes } from './stories/moderation-routes.js';
import { storyMoveRoutes } from './stories/move-routes.js';
import { storyRoutes } from './stories/routes.js';
import { userRoutes } from './users/routes.js';
import { viewRoutes } from './views/routes.js';
import { webRouter } from './web/web-router.js';

/**
 * Every JSON endpoint of `/api/v1`; the OpenAPI document is made of the same list. What is asked most comes first: a
 * request is held against one route after the other.
 */
export const listRoutes = (context: Context): Route[] => [
  ...feedRoutes(context),
  ...storyRoutes(context),
  ...authRoutes(context),
  ...userRoutes(context),
  ...storyMoveRoutes(context),
  ...moderationRoutes(context),
  ...mediaRoutes(context),
  ...imageRoutes(context),
  ...auditRoutes(context),
  ...flagRoutes(context),
  ...saveRoutes(context),
  ...commentRoutes(context),
  ...viewRoutes(context),
  ...offerRoutes(context),
  ...offerTermsRoutes(),
  ...barRoutes(context),
  ...auctionRoutes(context),
  ...bidRoutes(context),
  ...saleRoutes(context),
  ...closeRoutes(context),
  ...orderRoutes(context),
];

export function createApp(context: Context, routes = listRoutes(context)): Express {
  const { config } = context;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.http.trustProxy);
  app.set('query parser', 'simple');

  app.use(boundPipelining());
  app.use(assignRequestId, recordRequests(context), securityHeaders(config), refuseOddRequests);
  app.use(healthRouter(context), metricsRouter(context), keySetRouter(context));
  app.use(docsRouter(describeApi(routes, describeUploads())));
  app.use(uploadRouter(context));
  app.use(limitBodyTime);
  app.use('/api/v1', crossOrigin(config), neverStore);
  app.use('/api/v1', toRouter(context, routes));
  app.use(edgeRouter(context));
  app.use(boardRouter(context));
  app.use(webRouter(context));
  app.use(() => {
    throw notFound();
  });
  app.use(renderErrors(context));
  return app;
}

const neverStore: express.RequestHandler = (request, response, next) => {
  // Express would answer 304 to some of these, though no answer of ours has a tag or a date to hold them against.
  delete request.headers['if-none-match'];
  delete request.headers['if-modified-since'];
  response.set('Cache-Control', 'no-store');
  next();
};
