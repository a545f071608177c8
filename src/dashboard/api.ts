/** What is asked of the daemon. Errors are its problem documents, with their hints; of status 0 when it says nothing. */

import { MessageReader, type Message } from "./event-stream.ts";

/** The daemon's streams beat every 15 seconds: one that is silent for longer than two of those is gone. */
const SILENCE_MS = 40_000;

export class Problem extends Error {
  readonly status: number;
  readonly hint: string | null;

  constructor(status: number, message: string, hint: string | null) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await asked(path, signal === undefined ? {} : { signal });
  return (await response.json().catch(unreachable)) as T;
}

/** Answered when it is done. */
export async function act(method: "POST" | "DELETE", path: string, body?: object): Promise<void> {
  const json = { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  await asked(path, { method, ...(body === undefined ? {} : json) });
}

/** `/api/processes/shop%2Fapi.1`, and what follows it. */
export function processPath(target: string, rest = ""): string {
  return `/api/processes/${encodeURIComponent(target)}${rest}`;
}

/** What a stream says, as many at once as came at once. It is read no faster than it is taken. */
export async function* messages(
  path: string,
  { lastId, signal }: { readonly lastId: string | null; readonly signal: AbortSignal },
): AsyncGenerator<readonly Message[]> {
  const over = new AbortController();
  const gone = AbortSignal.any([signal, over.signal]);
  const last: Record<string, string> = lastId === null ? {} : { "Last-Event-ID": lastId };
  const headers = { Accept: "text/event-stream", ...last };
  try {
    const response = await asked(path, { headers, signal: gone });
    if (response.body === null) return;
    const bytes = response.body.getReader();
    const decoder = new TextDecoder();
    const reader = new MessageReader();
    for (;;) {
      const silence = setTimeout(() => over.abort(), SILENCE_MS);
      const read = bytes.read().catch(unreachable);
      const { done, value } = await read.finally(() => clearTimeout(silence));
      if (done) return;
      yield reader.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    over.abort();
  }
}

async function asked(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(path, init).catch(unreachable);
  if (response.ok) return response;
  const document = (await response.json().catch(() => ({}))) as {
    readonly detail?: string;
    readonly hint?: string | null;
  };
  const message = document.detail ?? `The daemon answered ${response.status}`;
  throw new Problem(response.status, message, document.hint ?? null);
}

/** What browsers throw then is what they throw for a fault of the page, too. */
function unreachable(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  throw new Problem(0, `The daemon cannot be reached: ${message}`, null);
}
