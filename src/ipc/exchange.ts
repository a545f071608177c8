/** What runs say to each other: to those whom they name, and to those who have subscribed. Each message is delivered at
 *  most once, in the order of its sender, and its sender is told what became of it. */

import { parseInstanceId, type RunId } from "../model/ids.ts";
import { fail } from "../model/errors.ts";
import { limits } from "../model/limits.ts";
import type { ChildMessageOf, RefusalCode } from "../protocol/ipc.ts";
import { Letter, type Peer } from "./peer.ts";
import { refuse } from "./refused.ts";
import type { Answer } from "./replies.ts";
import type { Receiver, RunChannel } from "./run-channel.ts";
import { StreamExchange } from "./stream-exchange.ts";
import { Topics } from "./topics.ts";

interface Delivered {
  /** To so many. */
  readonly delivered: number;
  readonly missed: readonly { readonly name: string; readonly code: RefusalCode }[];
}

export class Exchange {
  readonly streams: StreamExchange;
  readonly #channelOf: (run: RunId) => RunChannel | undefined;
  readonly #topics = new Topics<Peer>(limits.subscriptionsPerConnection);
  /** Who was the first to be tried, of several of whom one is meant. */
  readonly #turns = new WeakMap<Peer, number>();

  constructor(channelOf: (run: RunId) => RunChannel | undefined) {
    this.#channelOf = channelOf;
    this.streams = new StreamExchange(channelOf);
  }

  /** To everyone whom it names, or one of them. Throws when nobody has got it. */
  send(channel: RunChannel, peer: Peer, message: ChildMessageOf<"send">): Delivered {
    const { to, data = null, any = false } = message;
    const named = this.receivers(channel, peer, to);
    const letter = new Letter({ type: "message", from: channel.name, data });
    const missed: { name: string; code: RefusalCode }[] = [];
    let delivered = 0;
    for (const receiver of any ? this.#inTurn(peer, named) : named) {
      const code = this.#deliver(peer, receiver, letter);
      if (code === null) delivered += 1;
      else missed.push({ name: receiver.name, code });
      if (any && delivered > 0) return { delivered, missed: [] };
    }
    const [first] = missed;
    if (delivered === 0 && first !== undefined)
      refuse(first.code, sentence(first.name, first.code));
    return { delivered, missed };
  }

  /** What one of those whom it names answers. */
  async ask(channel: RunChannel, peer: Peer, message: ChildMessageOf<"send">): Promise<unknown> {
    const { to, data = null, replyWithinMs = limits.replyMs } = message;
    let why: RefusalCode = "NOT_RUNNING";
    for (const { name, runId } of this.#inTurn(peer, this.receivers(channel, peer, to))) {
      const other = runId === null ? undefined : this.#channelOf(runId);
      const reply = other?.ask(data, channel.name, limits.messagesOfRunsWaitingBytes) ?? null;
      if (reply === null) {
        why = runId === null ? "NOT_RUNNING" : "NOT_LISTENING";
        continue;
      }
      const late = Promise.withResolvers<null>();
      const timer = setTimeout(() => late.resolve(null), replyWithinMs);
      try {
        return dataOf(await Promise.race([reply.answer, late.promise]), name, replyWithinMs);
      } finally {
        clearTimeout(timer);
        reply.drop();
      }
    }
    return refuse(why, sentence(to, why));
  }

  /** To everyone who has subscribed, but the run itself. Who has too much waiting is told later how many it missed. */
  publish(
    channel: RunChannel,
    peer: Peer,
    { topic, data = null }: ChildMessageOf<"publish">,
  ): { delivered: number } {
    const { project } = parseInstanceId(channel.run.instance);
    const message = { type: "message", from: channel.name, topic, data } as const;
    const letter = new Letter(message);
    let delivered = 0;
    for (const subscriber of this.#topics.of(project, topic)) {
      if (channel.has(subscriber)) continue;
      const { leftOut } = subscriber;
      const line = (leftOut === 0 ? letter : new Letter({ ...message, leftOut })).enveloped;
      peer.connection.budget.spend(1 + line.length / limits.messageUnitBytes);
      const isTaken = subscriber.connection.send(line, limits.messagesOfRunsWaitingBytes);
      subscriber.leftOut = isTaken ? 0 : leftOut + 1;
      if (isTaken) delivered += 1;
    }
    return { delivered };
  }

  subscribe({ run }: RunChannel, peer: Peer, { topic }: ChildMessageOf<"subscribe">): void {
    const { project } = parseInstanceId(run.instance);
    if (this.#topics.subscribe(peer, project, topic)) return;
    const most = limits.subscriptionsPerConnection;
    refuse("TOO_MANY_SUBSCRIPTIONS", `a connection may subscribe to ${most} topics`);
  }

  unsubscribe({ run }: RunChannel, peer: Peer, { topic }: ChildMessageOf<"unsubscribe">): void {
    this.#topics.unsubscribe(peer, parseInstanceId(run.instance).project, topic);
  }

  /** The connection is over, and with it all that was agreed on there. */
  left(peer: Peer): void {
    this.#topics.forget(peer);
    this.streams.left(peer);
  }

  /** All whom `to` names, but the run itself. Throws when there is nobody else. */
  receivers({ run, ends }: RunChannel, peer: Peer, to: string): readonly Receiver[] {
    const { receivers, cost } = ends.find(run, to);
    peer.connection.budget.spend(cost);
    const others = receivers.filter(({ runId }) => runId !== run.runId);
    if (others.length > 0) return others;
    const hint = "What may have no receiver is published.";
    return fail("PROCESS_NOT_FOUND", `Cannot send to '${to}': nobody else is called so`, hint);
  }

  /** Null: it was taken. */
  #deliver(peer: Peer, { runId }: Receiver, letter: Letter): RefusalCode | null {
    if (runId === null) return "NOT_RUNNING";
    const recipient = this.#channelOf(runId)?.recipient;
    if (recipient === undefined) return "NOT_LISTENING";
    peer.connection.budget.spend(1 + letter.enveloped.length / limits.messageUnitBytes);
    return letter.to(recipient, limits.messagesOfRunsWaitingBytes) ? null : "QUEUE_FULL";
  }

  /** Each time another one is the first. */
  #inTurn(peer: Peer, receivers: readonly Receiver[]): Receiver[] {
    const turn = (this.#turns.get(peer) ?? 0) % Math.max(1, receivers.length);
    this.#turns.set(peer, turn + 1);
    return [...receivers.slice(turn), ...receivers.slice(0, turn)];
  }
}

function dataOf(answer: Answer | null, name: string, withinMs: number): unknown {
  switch (answer?.kind) {
    case "answered":
      return answer.data;
    case "failed":
      return refuse("NO_ANSWER", `${name} says '${answer.message}'`);
    case "never":
      return refuse("NO_ANSWER", `${name} has not answered: ${answer.reason}`);
    case undefined:
      return refuse("NO_ANSWER", `${name} has not answered within ${withinMs} ms`);
  }
}

function sentence(name: string, code: RefusalCode): string {
  const why: Partial<Record<RefusalCode, string>> = {
    NOT_RUNNING: "it does not run",
    NOT_LISTENING: "it takes no messages",
    QUEUE_FULL: "it does not read its messages",
  };
  return `Cannot send to ${name}: ${why[code] ?? code}`;
}
