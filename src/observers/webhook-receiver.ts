/** The receiver `webhook`: an alert's notice posted as JSON, signed, and tried again while that can help. */

import type { Notice } from "../model/alerts.ts";
import { formatDuration } from "../model/duration.ts";
import type { Chance } from "../supervisor/ports.ts";
import type { Webhook } from "../model/spec.ts";

/** How often, and how far apart, a post is tried. */
export interface Patience {
  readonly tries: number;
  readonly initialMs: number;
  readonly factor: number;
  /** Part of the delay that chance adds or takes, 0 to 1. */
  readonly jitter: number;
}

/** Half a minute in all, beside what the tries themselves take. */
export const PATIENCE: Patience = { tries: 6, initialMs: 1_000, factor: 2, jitter: 0.2 };

export interface Posting {
  readonly webhook: Webhook;
  readonly notice: Notice;
  /** Of each try. */
  readonly timeoutMs: number;
  readonly patience: Patience;
  readonly chance: Chance;
  readonly end: AbortSignal;
}

/** Null when a status of 200 to 299 was answered, else what came of the last try. */
export async function postNotice(posting: Posting): Promise<string | null> {
  const { patience, chance, end } = posting;
  const body = JSON.stringify(posting.notice);
  const headers = headersOf(posting, body);
  let delayMs = patience.initialMs;
  for (let tries = 1; ; tries += 1) {
    const answer = await post(posting, headers, body);
    if (answer === null) return null;
    if (!answer.canPass || tries >= patience.tries || end.aborted) {
      return tries === 1 ? answer.reason : `${answer.reason}, ${tries} times`;
    }
    await pause(delayMs * (1 + (chance.next() * 2 - 1) * patience.jitter), end);
    delayMs *= patience.factor;
  }
}

interface Refusal {
  readonly reason: string;
  /** Another try may do. */
  readonly canPass: boolean;
}

/** Statuses that ask to come again later. */
const LATER = new Set([408, 425, 429]);

async function post(
  { webhook, timeoutMs, end }: Posting,
  headers: Record<string, string>,
  body: string,
): Promise<Refusal | null> {
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(webhook.url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.any([end, late]),
    });
    // What it says is of no interest, and may be endless.
    void response.body?.cancel().catch(() => {
      // It has ended meanwhile.
    });
    return refusalOf(response.status);
  } catch (error) {
    if (late.aborted) {
      return { reason: `did not answer within ${formatDuration(timeoutMs)}`, canPass: true };
    }
    if (end.aborted) return { reason: "the daemon is ending", canPass: false };
    const cause = error instanceof Error ? error.message : String(error);
    return { reason: `cannot be reached: ${cause}`, canPass: true };
  }
}

function refusalOf(status: number): Refusal | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) {
    return { reason: `answered ${status}, and redirects are not followed`, canPass: false };
  }
  return { reason: `answered ${status}`, canPass: status >= 500 || LATER.has(status) };
}

function headersOf({ webhook, notice }: Posting, body: string): Record<string, string> {
  const { secret } = webhook;
  return {
    "content-type": "application/json",
    "user-agent": "procman",
    connection: "close",
    // The same for each try of a notice, so that a receiver can tell.
    "x-procman-delivery": `${notice.id}-${notice.status}${notice.escalated ? `-${notice.type}` : ""}`,
    ...(secret === null ? {} : { "x-procman-signature": `sha256=${signature(secret, body)}` }),
  };
}

function signature(secret: string, body: string): string {
  return new Bun.CryptoHasher("sha256", secret).update(body).digest("hex");
}

async function pause(ms: number, end: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = (): void => resolve();
  end.addEventListener("abort", stop, { once: true });
  if (end.aborted) stop();
  await promise;
  clearTimeout(timer);
  end.removeEventListener("abort", stop);
}
