// Server-sent events over fetch, because EventSource cannot send a bearer token.

import { readSession, renewSession } from './session.js';

const RETRY_MS = 1_500;

type OnEvent = (name: string, data: unknown) => void;

/**
 * Follows a stream until the returned function is called. A lost line is taken up again with
 * Last-Event-ID; `onEvent` gets each event's name and its parsed data.
 * @param onLife called for whatever comes, also the beats of a stream on which nothing happens
 */
export function followEvents(
  path: string,
  onEvent: OnEvent,
  onLife: () => void = () => {},
): () => void {
  const stop = new AbortController();
  void follow(path, { onEvent, onLife }, stop.signal);
  return () => stop.abort();
}

async function follow(
  path: string,
  { onEvent, onLife }: { onEvent: OnEvent; onLife: () => void },
  signal: AbortSignal,
) {
  const last: { id: string | null } = { id: null };
  while (!signal.aborted) {
    const token = readSession()?.access_token;
    try {
      const response = await fetch(`/api/v1${path}`, {
        headers: {
          Accept: 'text/event-stream',
          ...(token && { Authorization: `Bearer ${token}` }),
          ...(last.id && { 'Last-Event-ID': last.id }),
        },
        signal,
      });
      if (response.status === 401) await renewSession();
      if (response.status === 404) return;
      if (response.ok && response.body) {
        await readEvents(response.body, (event) => {
          onLife();
          last.id = event.id ?? last.id;
          if (event.data) onEvent(event.name, JSON.parse(event.data));
        });
      }
    } catch {
      if (signal.aborted) return;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

interface ServerEvent {
  name: string;
  id: string | null;
  data: string;
}

async function readEvents(body: ReadableStream<Uint8Array>, onEvent: (event: ServerEvent) => void) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) onEvent(toEvent(block));
  }
}

function toEvent(block: string): ServerEvent {
  const event: ServerEvent = { name: 'message', id: null, data: '' };
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === 'event') event.name = value;
    if (field === 'id') event.id = value;
    if (field === 'data') event.data += value;
  }
  return event;
}
