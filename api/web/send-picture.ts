// Sends the bytes of one picture; XMLHttpRequest, because fetch tells nothing of how far it has come.

import type { Picture } from './clip.js';
import { readSession, renewSession } from './session.js';

/** @param onProgress hears whole percents */
export async function sendPicture(
  path: string,
  file: File,
  signal: AbortSignal,
  onProgress: (percent: number) => void,
): Promise<Picture> {
  const first = await post(path, file, signal, onProgress);
  if (first.status !== 401) return read(first);
  await renewSession();
  return read(await post(path, file, signal, onProgress));
}

function post(
  path: string,
  file: File,
  signal: AbortSignal,
  onProgress: (percent: number) => void,
): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1${path}`);
    request.setRequestHeader('Authorization', `Bearer ${readSession()?.access_token ?? ''}`);
    request.setRequestHeader('Content-Type', /^image\//.test(file.type) ? file.type : 'image/x');
    request.upload.onprogress = ({ loaded, total }) =>
      onProgress(Math.floor((100 * loaded) / Math.max(1, total)));
    request.onload = () => resolve(request);
    request.onerror = () => reject(new Error('The picture could not be sent. Please try again.'));
    request.onabort = () => reject(new Error('stopped'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

function read({ responseText }: XMLHttpRequest): Picture {
  const answer = JSON.parse(responseText) as { data?: Picture; error?: { message: string } };
  if (!answer.data) throw new Error(answer.error?.message ?? 'The picture was not taken.');
  return answer.data;
}
