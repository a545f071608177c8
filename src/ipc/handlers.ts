/** What each type of message from a run does. */

import { ProcmanError } from "../model/errors.ts";
import { limits } from "../model/limits.ts";
import {
  lineOf,
  readLine,
  refusal,
  type ChildMessage,
  type ChildMessageOf,
  type ChildMessageType,
  type ParentMessage,
} from "../protocol/ipc.ts";
import type { TakenLine } from "./lines.ts";
import { sizeOf, type Peer, type RunChannel } from "./run-channel.ts";

type Handlers = {
  readonly [T in ChildMessageType]: (
    channel: RunChannel,
    peer: Peer,
    message: ChildMessageOf<T>,
  ) => void;
};

const HANDLERS: Handlers = {
  hello: (_channel, peer, { messages = true }) => {
    peer.isIntroduced = true;
    peer.takesMessages = messages;
  },
  ready: (channel) => channel.sayReady(),
  health: (channel, _peer, message) => channel.sayHealth(message),
  event: tell,
  request: (channel, peer, message) => void answer(channel, peer, message),
  pong: () => {
    // That something was heard is all that there is to it.
  },
  response: ({ replies }, _peer, { id, result }) => {
    replies.answered(id, { kind: "answered", data: result ?? null });
  },
  error: ({ replies }, _peer, { id, message }) => {
    replies.answered(id ?? "", { kind: "failed", message });
  },
};

/** Those that cost more than a look. */
const COSTS: Readonly<Partial<Record<ChildMessageType, number>>> = { event: limits.eventCost };

/** Takes a line in; what it costs. */
export function hear(channel: RunChannel, peer: Peer, line: TakenLine): number {
  if ("isTooLong" in line) {
    const most = `${limits.messageBytes / (1024 * 1024)} MiB`;
    say(peer, refusal("TOO_LARGE", `a message may have up to ${most}`));
    return 1;
  }
  if (line.text.trim() === "") return 1;
  const heard = readLine(line.text);
  switch (heard.kind) {
    case "own":
      channel.own(heard.message);
      return 1;
    case "refused":
      say(peer, heard.refusal);
      return 1;
    case "message":
      handle(channel, peer, heard.message);
      return COSTS[heard.message.type] ?? 1;
  }
}

function handle(channel: RunChannel, peer: Peer, message: ChildMessage): void {
  // The table pairs each type with its own handler; the compiler cannot follow that over the union.
  const handler = HANDLERS[message.type] as (...of: [RunChannel, Peer, ChildMessage]) => void;
  handler(channel, peer, message);
}

/** What it has asked for, which it pays for. One that does not read what it is told does not hear of this, either. */
function say({ connection }: Peer, message: ParentMessage): void {
  const line = lineOf(message);
  connection.charge(line.length);
  connection.send(line);
}

function tell(channel: RunChannel, peer: Peer, { name, data = null }: ChildMessageOf<"event">) {
  if (sizeOf(data) > limits.appEventBytes) {
    const most = `${limits.appEventBytes / 1024} KiB`;
    return say(peer, refusal("TOO_LARGE", `what comes with an event may have up to ${most}`));
  }
  const isMap = data !== null && typeof data === "object" && !Array.isArray(data);
  const told = isMap ? (data as Record<string, unknown>) : data === null ? {} : { value: data };
  channel.ends.tell(channel.run, `app.${name}`, told);
}

async function answer(
  channel: RunChannel,
  peer: Peer,
  { id, method, params }: ChildMessageOf<"request">,
): Promise<void> {
  if (channel.requests >= limits.requestsPerRun) {
    const text = `${limits.requestsPerRun} requests are under way already`;
    return say(peer, refusal("TOO_MANY_REQUESTS", text, id));
  }
  channel.requests += 1;
  try {
    const result = await channel.ends.request(channel.run, method, params);
    say(peer, { type: "response", id, result });
  } catch (error) {
    const { code, message } =
      error instanceof ProcmanError
        ? error.problem
        : { code: "INTERNAL", message: "Cannot answer: this is a bug in procman" };
    say(peer, { type: "error", id, code, message });
  } finally {
    channel.requests -= 1;
  }
}
