/** One connection to a host and port, from its beginning to an outcome, with an end. Not `fetch`: that takes 256 at once
 *  in one program and silently queues the others (Bun 1.4.5), goes through proxies of the environment, and follows its
 *  own idea of how much of an answer to take. */

import type { Socket, SocketHandler } from "bun";
import { failed, REFUSED, type Outcome } from "./attempt.ts";

export interface Conversation {
  readonly host: string;
  readonly port: number;
  readonly tls: ConversationTls | null;
  /** What is asked, as the start of a clause. */
  readonly what: string;
  readonly timeout: string;
  /** What is said first; an outcome ends the conversation. */
  opened(): Outcome | Uint8Array;
  /** Null: more is wanted. */
  heard(bytes: Buffer): Outcome | null;
  /** The other side has ended it. */
  closed(): Outcome;
  /** The time is up. Null: as if nothing had been heard. */
  expired(): Outcome | null;
}

export interface ConversationTls {
  readonly ca?: string;
  readonly serverName?: string;
  readonly insecure: boolean;
}

/** Programs that listen on localhost listen on one of these, or on both. */
const LOOPBACKS = ["127.0.0.1", "::1"];

export function addressesOf(host: string): readonly string[] {
  return host === "localhost" ? LOOPBACKS : [host.replace(/^\[(.*)\]$/, "$1")];
}

export async function converse(conversation: Conversation, end: AbortSignal): Promise<Outcome> {
  const { host: hostname, port, tls, what } = conversation;
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  let isOver = false;
  const finish = (outcome: Outcome): void => {
    isOver = true;
    resolve(outcome);
  };
  const expire = (): void => {
    finish(
      conversation.expired() ?? failed(`${what} did not answer within ${conversation.timeout}`),
    );
  };
  const begin = (socket: Socket): void => {
    if (isOver) return;
    const first = conversation.opened();
    if (first instanceof Uint8Array) socket.write(first);
    else finish(first);
  };
  const hangUp = (error: Error | null): void => {
    if (!isOver) finish(error === null ? conversation.closed() : failed(faultText(what, error)));
  };
  end.addEventListener("abort", expire, { once: true });
  if (end.aborted) expire();
  const socket: SocketHandler<undefined> = {
    open(it) {
      if (tls === null) begin(it);
    },
    // Whether it went well does not say whether it is trusted: the error does (Bun 1.4.5).
    handshake(it, isWell, error) {
      if ((isWell && error === null) || tls?.insecure === true) begin(it);
      else finish(failed(`${what} is not trusted: ${error?.message ?? "no certificate"}`));
    },
    data(_, bytes) {
      const outcome = isOver ? null : conversation.heard(bytes);
      if (outcome !== null) finish(outcome);
    },
    close: () => hangUp(null),
    end: () => hangUp(null),
    error: (_, error) => hangUp(error),
    connectError: (_, error) => hangUp(error),
  };
  // It throws for what can never be connected: a port beyond 65535, a file that holds no certificate.
  const connecting = Promise.try(() =>
    Bun.connect({ hostname, port, socket, ...(tls === null ? {} : { tls: tlsOptions(tls) }) }),
  );
  // Also when the connection comes only after the end.
  const ended = connecting.then(
    (it) => void promise.then(() => it.terminate()),
    (error: unknown) => hangUp(error instanceof Error ? error : new Error(String(error))),
  );
  const outcome = await promise;
  end.removeEventListener("abort", expire);
  void ended;
  return outcome;
}

function tlsOptions({ ca, serverName }: ConversationTls) {
  return {
    // Judged in `handshake`, where the reason is known.
    rejectUnauthorized: false,
    ...(ca === undefined ? {} : { ca }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

function faultText(what: string, error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  if (code === "ECONNREFUSED") return `${what} ${REFUSED}`;
  if (code === "ENOTFOUND") return `${what} failed: no such host`;
  if (code === "ECONNRESET") return `${what} failed: the connection was reset`;
  return `${what} failed: ${error.message}`;
}
