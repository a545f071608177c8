/** A probe that passes when an address answers as it should. Redirects are not followed: what answers with one is not
 *  the thing that was asked for. */

import { readFileSync } from "node:fs";
import { formatDuration } from "../../model/duration.ts";
import { isGivenUp } from "../../model/given-up.ts";
import type { HttpCheck, ProbePace, StatusRange } from "../../model/probe.ts";
import { anywhere, failed, passed, type Attempt, type Outcome } from "./attempt.ts";
import { addressesOf, converse, type Conversation, type ConversationTls } from "./conversation.ts";
import type { Hide } from "../hiding.ts";
import { BODY_BYTES, HttpAnswer } from "./http-answer.ts";

const GOOD: readonly StatusRange[] = [{ from: 200, to: 299 }];

export function httpAttempt(check: HttpCheck & ProbePace, hide: Hide): Attempt {
  const { method = "GET" } = check;
  const url = URL.canParse(check.url) ? new URL(check.url) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return async () => failed(`'${hide(check.url)}' is no http or https address`);
  }
  const what = `${method} ${hide(shown(url))}`;
  const request = requestOf(url, check);
  if (request === null) return async () => failed(`${what} failed: a header holds a line break`);
  const isSecure = url.protocol === "https:";
  const base = {
    port: Number(url.port === "" ? (isSecure ? 443 : 80) : url.port),
    what,
    timeout: formatDuration(check.timeoutMs),
  };
  return anywhere(addressesOf(url.hostname), async (host, end) => {
    // Read each time: certificates are renewed while things run.
    const tls = isSecure ? tlsOf(url, check) : null;
    if (typeof tls === "string") return failed(`${what} failed: ${tls}`);
    return converse({ ...base, host, tls, ...exchange(check, request, what) }, end);
  });
}

/** The request, and what is made of the answer. */
function exchange(
  check: HttpCheck & ProbePace,
  request: Uint8Array,
  what: string,
): Pick<Conversation, "opened" | "heard" | "closed" | "expired"> {
  const answer = new HttpAnswer();
  const judged = (): Outcome => judge(answer, check, what);
  const isWhole = check.body === undefined || check.method === "HEAD";
  return {
    opened: () => request,
    heard: (bytes) => (answer.take(bytes) || (isWhole && answer.status !== null) ? judged() : null),
    closed: judged,
    expired() {
      if (answer.status === null) return null;
      const outcome = judged();
      const late = `${what} did not end its answer within ${formatDuration(check.timeoutMs)}`;
      return outcome.passed ? outcome : failed(late);
    },
  };
}

function judge(answer: HttpAnswer, { statuses = GOOD, body }: HttpCheck, what: string): Outcome {
  const { status, location } = answer;
  if (answer.isBroken) return failed(`${what} got an answer that is no HTTP`);
  if (status === null) return failed(`${what} got no answer: the connection was closed`);
  if (!statuses.some(({ from, to }) => status >= from && status <= to)) {
    const isRedirect = status >= 300 && status < 400 && location !== null;
    const redirect = isRedirect ? ", a redirect, which is not followed" : "";
    return failed(`${what} answered ${status}${redirect}`);
  }
  const wanted = body === undefined ? null : new RegExp(body);
  if (wanted !== null && !wanted.test(answer.body)) {
    if (isGivenUp(wanted, answer.body)) {
      return failed(
        `${what} answered ${status}; JavaScript gives up to look for /${body}/ in that`,
      );
    }
    const far = answer.body.length >= BODY_BYTES ? " in its first 256 KiB" : "";
    return failed(`${what} answered ${status} without /${body}/${far}`);
  }
  return passed(`${what} answered ${status}`);
}

/** Null when it cannot be written. */
function requestOf(url: URL, { method = "GET", headers = {} }: HttpCheck): Uint8Array | null {
  const { username, password } = url;
  const all: Record<string, string> = {
    host: url.host,
    "user-agent": "procman",
    accept: "*/*",
    ...(username === "" ? {} : { authorization: `Basic ${btoa(credentials(username, password))}` }),
    ...Object.fromEntries(Object.entries(headers).map(([name, it]) => [name.toLowerCase(), it])),
    connection: "close",
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  if (lines.some((line) => /[\r\n\0]/.test(line))) return null;
  const length = /^(?:POST|PUT|PATCH)$/.test(method) ? ["content-length: 0"] : [];
  const first = `${method} ${url.pathname}${url.search} HTTP/1.1`;
  return Buffer.from(`${[first, ...lines, ...length].join("\r\n")}\r\n\r\n`);
}

function credentials(username: string, password: string): string {
  const text = `${decoded(username)}:${decoded(password)}`;
  return String.fromCharCode(...Buffer.from(text));
}

/** A `%` that stands for itself is left as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // No encoding of anything: as every browser takes it.
  }
}

/** Without what may be secret. */
function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}${url.search === "" ? "" : "?…"}`;
}

/** A text says why not. */
function tlsOf({ hostname }: URL, { tls = {} }: HttpCheck): ConversationTls | string {
  const isName = !/^[\d.]+$|^\[/.test(hostname);
  const base = { insecure: tls.insecure === true, ...(isName ? { serverName: hostname } : {}) };
  if (tls.ca === undefined) return base;
  try {
    return { ...base, ca: readFileSync(tls.ca, "utf8") };
  } catch (error) {
    const cause = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return `cannot read ${tls.ca}: ${cause}`;
  }
}
