/** A probe that passes when a port takes a connection. */

import type { ProbePace } from "../../model/probe.ts";
import { formatDuration } from "../../model/duration.ts";
import { anywhere, failed, passed, type Attempt } from "./attempt.ts";
import { addressesOf, converse } from "./conversation.ts";

export function tcpAttempt({
  address,
  timeoutMs,
}: { readonly address: string } & ProbePace): Attempt {
  const [, host = "localhost", port = ""] = /^(?:(.+):)?(\d+)$/.exec(address) ?? [];
  const what = `the connection to ${host}:${port}`;
  const taken = passed(`${what} was taken`);
  if (port === "") return async () => failed(`'${address}' is no port and no host:port`);
  const addresses = addressesOf(host);
  const conversation = {
    port: Number(port),
    tls: null,
    what,
    timeout: formatDuration(timeoutMs),
    opened: () => taken,
    heard: () => taken,
    closed: () => failed(`${what} was closed at once`),
    expired: () => failed(`${what} was not taken within ${formatDuration(timeoutMs)}`),
  };
  return anywhere(addresses, (it, end) => converse({ ...conversation, host: it }, end));
}
