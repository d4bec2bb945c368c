// Sends one file over tus; it goes on after a dropped line, also after the page was closed.

import { Upload } from 'tus-js-client';

import { readSession, renewSession } from './session.js';

/** Small enough that little is lost with a connection, and a whole S3 part (8 MiB). */
const CHUNK_BYTES = 8 * 1024 * 1024;
const RETRY_DELAYS_MS = [0, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];

interface UploadEvents {
  onStart(mediaId: string): void;
  onProgress(fraction: number): void;
  onInterruption(): void;
  onDone(): void;
  onFailure(words: string): void;
}

/** Starts the upload and gives the function that abandons it, on the server as well. */
export function uploadClip(
  storyId: string,
  file: File,
  options: { replaces?: string },
  events: UploadEvents,
): () => void {
  const upload = new Upload(file, {
    endpoint: '/api/v1/uploads',
    chunkSize: CHUNK_BYTES,
    retryDelays: RETRY_DELAYS_MS,
    removeFingerprintOnSuccess: true,
    fingerprint: async (source) =>
      `video-window-${storyId}-${source.name}-${source.size}-${source.lastModified}-${options.replaces ?? ''}`,
    metadata: {
      story_id: storyId,
      filename: file.name,
      filetype: file.type || 'application/octet-stream',
      ...(options.replaces && { replaces: options.replaces }),
    },
    onBeforeRequest: (request) => {
      request.setHeader('Authorization', `Bearer ${readSession()?.access_token ?? ''}`);
    },
    onAfterResponse: async (_request, response) => {
      const mediaId = response.getHeader('Media-Id');
      if (mediaId) events.onStart(mediaId);
      if (response.getStatus() === 401) await renewSession();
    },
    onShouldRetry: (error) => {
      const status = error.originalResponse?.getStatus() ?? 0;
      const worthwhile = [0, 401, 409, 423, 429].includes(status) || status >= 500;
      if (worthwhile && status !== 507) events.onInterruption();
      return worthwhile && status !== 507;
    },
    onProgress: (sent, total) => events.onProgress(total ? sent / total : 1),
    onSuccess: () => events.onDone(),
    onError: (error) => events.onFailure(wordsOf(error)),
  });
  void upload.findPreviousUploads().then(([previous]) => {
    if (previous) upload.resumeFromPreviousUpload(previous);
    upload.start();
  });
  return () => void upload.abort(true).catch(() => undefined);
}

function wordsOf(error: Error): string {
  const body = (
    error as { originalResponse?: { getBody(): string } | null }
  ).originalResponse?.getBody();
  try {
    const parsed: unknown = JSON.parse(body ?? '');
    const message = (parsed as { error?: { message?: string } }).error?.message;
    if (message) return message;
  } catch {
    // Not our envelope: tus answers some errors in plain words.
  }
  return body || 'The upload could not be sent.';
}
