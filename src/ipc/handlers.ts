/** What each type of message from a run does. */

import { limits } from "../model/limits.ts";
import {
  readLine,
  refusal,
  type ChildMessage,
  type ChildMessageOf,
  type ChildMessageType,
  type MessageId,
} from "../protocol/ipc.ts";
import type { Exchange } from "./exchange.ts";
import type { TakenLine } from "./lines.ts";
import { say, type Peer } from "./peer.ts";
import { refusalOf, refuse } from "./refused.ts";
import { sizeOf, type RunChannel } from "./run-channel.ts";

/** A run, the connection that it speaks over, and those whom it may speak to. */
export interface Speaker {
  readonly exchange: Exchange;
  readonly channel: RunChannel;
  readonly peer: Peer;
}

type Handlers = {
  /** Answers what is asked without an answer by what it throws. */
  readonly [T in ChildMessageType]: (speaker: Speaker, message: ChildMessageOf<T>) => void;
};

const HANDLERS: Handlers = {
  hello: ({ peer }, { messages = true, streams = false }) => {
    peer.isIntroduced = true;
    peer.takesMessages = messages;
    peer.takesStreams = streams;
  },
  ready: ({ channel }) => channel.sayReady(),
  health: ({ channel }, message) => channel.sayHealth(message),
  event: tell,
  metric: ({ channel: { metrics, ends } }, { name, value }) => {
    if (metrics.note(name, value, ends.now())) return;
    const most = limits.metricsPerRun;
    refuse("TOO_MANY_METRICS", `there are ${most} metrics of this run already, none is '${name}'`);
  },
  request: (speaker, { id, method, params }) => {
    const { ends, run } = speaker.channel;
    void answer(speaker, id, () => ends.request(run, method, params));
  },
  send: (speaker, message) => {
    const { exchange, channel, peer } = speaker;
    const { id } = message;
    if (message.replyWithinMs === undefined) {
      return confirm(peer, id, exchange.send(channel, peer, message));
    }
    if (id === undefined) refuse("INVALID_MESSAGE", "send: what wants an answer needs an id");
    void answer(speaker, id, () => exchange.ask(channel, peer, message));
  },
  publish: ({ exchange, channel, peer }, message) =>
    confirm(peer, message.id, exchange.publish(channel, peer, message)),
  subscribe: ({ exchange, channel, peer }, message) =>
    confirm(peer, message.id, exchange.subscribe(channel, peer, message)),
  unsubscribe: ({ exchange, channel, peer }, message) =>
    confirm(peer, message.id, exchange.unsubscribe(channel, peer, message)),
  stream: ({ exchange, channel, peer }, message) => {
    const { to } = message;
    if (to === undefined) return exchange.streams.take(peer, message);
    const receivers = exchange.receivers(channel, peer, to);
    exchange.streams.open(channel, peer, { ...message, to }, receivers);
  },
  credit: ({ exchange, peer }, message) => exchange.streams.credit(peer, message),
  pong: () => {
    // That something was heard is all that there is to it.
  },
  response: ({ exchange, channel, peer }, message) => {
    if (exchange.streams.answered(peer, message)) return;
    const { id, result } = message;
    channel.replies.answered(id, { kind: "answered", data: result ?? null });
  },
  error: ({ exchange, channel, peer }, message) => {
    if (exchange.streams.refused(peer, message)) return;
    channel.replies.answered(message.id ?? "", { kind: "failed", message: message.message });
  },
};

/** Those that cost more than a look. */
const COSTS: Readonly<Partial<Record<ChildMessageType, number>>> = {
  event: limits.eventCost,
  request: limits.requestCost,
};

/** Takes a line in; what it costs. */
export function hear(speaker: Speaker, line: TakenLine): number {
  const { channel, peer } = speaker;
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
      handle(speaker, heard.message);
      return COSTS[heard.message.type] ?? 1;
  }
}

function handle(speaker: Speaker, message: ChildMessage): void {
  // The table pairs each type with its own handler; the compiler cannot follow that over the union.
  const handler = HANDLERS[message.type] as (speaker: Speaker, message: ChildMessage) => void;
  try {
    handler(speaker, message);
  } catch (error) {
    say(speaker.peer, refusalOf(error, idOf(message)));
  }
}

function idOf(message: ChildMessage): MessageId | undefined {
  return message.type === "ready" || !("id" in message) ? undefined : (message.id ?? undefined);
}

function tell({ channel }: Speaker, { name, data = null }: ChildMessageOf<"event">): void {
  if (sizeOf(data) > limits.appEventBytes) {
    const most = `${limits.appEventBytes / 1024} KiB`;
    refuse("TOO_LARGE", `what comes with an event may have up to ${most}`);
  }
  const isMap = data !== null && typeof data === "object" && !Array.isArray(data);
  const told = isMap ? (data as Record<string, unknown>) : data === null ? {} : { value: data };
  channel.ends.tell(channel.run, `app.${name}`, told);
}

/** Who gives no id does not want to know. */
function confirm(peer: Peer, id: MessageId | undefined, result: unknown): void {
  if (id !== undefined) say(peer, { type: "response", id, result: result ?? null });
}

async function answer(
  { channel, peer }: Speaker,
  id: MessageId,
  work: () => Promise<unknown>,
): Promise<void> {
  if (channel.requests >= limits.requestsPerRun) {
    const text = `${limits.requestsPerRun} requests are under way already`;
    return say(peer, refusal("TOO_MANY_REQUESTS", text, id));
  }
  channel.requests += 1;
  try {
    const result = await work();
    say(peer, { type: "response", id, result }, limits.answerUnitBytes);
  } catch (error) {
    say(peer, refusalOf(error, id));
  } finally {
    channel.requests -= 1;
  }
}
