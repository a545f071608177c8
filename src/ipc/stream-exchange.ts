/** Streams on their way from run to run. Procman keeps nothing of them: what a receiver has not read yet is bounded by
 *  the credit of its senders, and whatever goes wrong ends the stream for both. */

import type { RunId } from "../model/ids.ts";
import { limits } from "../model/limits.ts";
import { lineOf, refusal, type ChildMessageOf, type RefusalCode } from "../protocol/ipc.ts";
import { say, type Peer } from "./peer.ts";
import { refuse } from "./refused.ts";
import type { Receiver, RunChannel } from "./run-channel.ts";
import { Streams, type Stream } from "./streams.ts";

/** What is around the data of a chunk. */
const ENVELOPE_BYTES = 256;

export class StreamExchange {
  readonly #streams = new Streams<Peer>();
  readonly #channelOf: (run: RunId) => RunChannel | undefined;

  constructor(channelOf: (run: RunId) => RunChannel | undefined) {
    this.#channelOf = channelOf;
  }

  /** To whichever of the receivers takes streams and has the fewest. */
  open(channel: RunChannel, peer: Peer, message: OpeningOf, receivers: readonly Receiver[]): void {
    const { id, to } = message;
    const running = receivers.filter(({ runId }) => runId !== null);
    if (running.length === 0) refuse("NOT_RUNNING", `Cannot stream to ${to}: it does not run`);
    const [receiver] = running
      .flatMap(({ runId }) => this.#channelOf(runId ?? "")?.streamTaker ?? [])
      .toSorted((one, other) => this.#streams.numberTo(one) - this.#streams.numberTo(other));
    if (receiver === undefined) {
      refuse("NOT_LISTENING", `Cannot stream to ${to}: it takes no streams`);
    }
    const stream = this.#streams.open(peer, id, receiver);
    if (stream === null) {
      const most = limits.streamsPerConnection;
      return refuse(
        "TOO_MANY_STREAMS",
        `Cannot stream to ${to}: one of both has ${most} streams, or the sender one of that id`,
      );
    }
    this.#pass(stream, { from: channel.name });
    say(peer, { type: "credit", id, n: stream.credit });
  }

  /** The next chunk, or the end. */
  take(peer: Peer, { id, data, end = false, error }: ChildMessageOf<"stream">): void {
    const stream = this.#streams.sentBy(peer, id);
    if (stream === undefined || stream.hasEnded) {
      return refuse("STREAM_BROKEN", "there is no such stream, or it has ended");
    }
    if (error !== undefined) {
      this.#streams.close(stream);
      this.#pass(stream, { error });
      return;
    }
    if (data !== undefined) {
      if (stream.credit === 0) return this.#break(stream, "NO_CREDIT", "its credit was spent");
      stream.credit -= 1;
    }
    stream.hasEnded = end;
    const chunk = { ...(data === undefined ? {} : { data }), ...(end ? { end } : {}) };
    this.#pass(stream, chunk);
  }

  /** The receiver has dealt with so many chunks. */
  credit(peer: Peer, { id, n }: ChildMessageOf<"credit">): void {
    const stream = this.#streams.receivedBy(peer, id);
    // It was over before it knew.
    if (stream === undefined) return;
    const granted = Math.min(n, limits.streamCredit - stream.credit);
    stream.credit += granted;
    if (granted === 0 || stream.hasEnded) return;
    say(stream.sender, { type: "credit", id: stream.sentAs, n: granted });
  }

  /** False when it is no stream that the receiver answers. */
  answered(peer: Peer, { id, result = null }: ChildMessageOf<"response">): boolean {
    const stream = this.#streams.receivedBy(peer, id);
    if (stream === undefined) return false;
    this.#streams.close(stream);
    say(stream.sender, { type: "response", id: stream.sentAs, result });
    return true;
  }

  /** False when it is no stream that the receiver refuses. */
  refused(peer: Peer, { id, message }: ChildMessageOf<"error">): boolean {
    const stream = this.#streams.receivedBy(peer, id ?? "");
    if (stream === undefined) return false;
    this.#streams.close(stream);
    say(stream.sender, refusal("STREAM_BROKEN", message, stream.sentAs));
    return true;
  }

  left(peer: Peer): void {
    for (const stream of this.#streams.forget(peer)) {
      if (stream.sender === peer) this.#pass(stream, { error: "its sender has gone" });
      else say(stream.sender, refusal("STREAM_BROKEN", "its receiver has gone", stream.sentAs));
    }
  }

  #pass(stream: Stream<Peer>, content: Content): void {
    const line = Buffer.from(lineOf({ type: "stream", id: stream.id, ...content }));
    if (content.error === undefined && line.length > limits.streamChunkBytes + ENVELOPE_BYTES) {
      const most = `a chunk may have up to ${limits.streamChunkBytes / 1024} KiB`;
      return this.#break(stream, "TOO_LARGE", most);
    }
    stream.sender.connection.budget.spend(line.length / limits.messageUnitBytes);
    const isTaken = stream.receiver.connection.send(line);
    if (isTaken || content.error !== undefined) return;
    this.#break(stream, "QUEUE_FULL", "its receiver does not read its messages");
  }

  #break(stream: Stream<Peer>, code: RefusalCode, message: string): void {
    this.#streams.close(stream);
    this.#pass(stream, { error: message });
    say(stream.sender, refusal(code, message, stream.sentAs));
  }
}

type OpeningOf = ChildMessageOf<"stream"> & { readonly to: string };

interface Content {
  readonly from?: string;
  readonly data?: unknown;
  readonly end?: true;
  readonly error?: string;
}
