/** The channels of all runs: those that Bun and Node programs are born with, and `PROCMAN_SOCKET` for any program. */

import { closeSync } from "node:fs";
import { impossible } from "../model/errors.ts";
import type { RunId } from "../model/ids.ts";
import { limits } from "../model/limits.ts";
import type { Pulse } from "../model/pulse.ts";
import type { ToldMetric } from "../model/told-metric.ts";
import type { Channels } from "../supervisor/ports.ts";
import { sharedBudget } from "./budget.ts";
import { Connection, SOCKET_HANDLERS } from "./connection.ts";
import { Exchange } from "./exchange.ts";
import { hear } from "./handlers.ts";
import type { Peer } from "./peer.ts";
import { Reception } from "./reception.ts";
import type { Reply } from "./replies.ts";
import { RunChannel, type ChannelEnds, type ChannelRun } from "./run-channel.ts";

/** A socket that is listened on. */
export interface ListeningSocket {
  /** Accepts nothing more. */
  stop(): Promise<void>;
}

export class RunChannels implements Channels {
  readonly #ends: ChannelEnds;
  readonly #budget = sharedBudget();
  readonly #channels = new Map<RunId, RunChannel>();
  readonly #exchange = new Exchange((run) => this.#channels.get(run));
  readonly #reception = new Reception(({ run = "", messages, streams }, connection) => {
    const found = this.#find(run);
    if (typeof found === "string") return found;
    const takes = { takesMessages: messages ?? true, takesStreams: streams ?? false };
    this.#join(found, { connection, isIntroduced: true, leftOut: 0, ...takes });
    return null;
  });

  constructor(ends: ChannelEnds) {
    this.#ends = ends;
  }

  begin(run: ChannelRun): void {
    if (!this.#channels.has(run.runId)) {
      this.#channels.set(run.runId, new RunChannel(run, this.#ends, this.#budget));
    }
  }

  connect(runId: RunId, fd: number): void {
    const channel = this.#channels.get(runId);
    if (channel === undefined) return closeSync(fd);
    const connection = new Connection();
    const takes = { takesMessages: true, takesStreams: false };
    this.#join(channel, { connection, isIntroduced: false, leftOut: 0, ...takes });
    const options = { fd, data: connection, socket: SOCKET_HANDLERS };
    // The types know of no data for a descriptor that is there.
    Bun.connect(options as unknown as Bun.UnixSocketOptions<Connection>).catch(() => {
      connection.closed();
      closeSync(fd);
    });
  }

  async end(runId: RunId): Promise<void> {
    await this.#channels.get(runId)?.end();
    this.#channels.delete(runId);
  }

  askToStop(runId: RunId, killedAtMs: number): boolean {
    return this.#channels.get(runId)?.askToStop(killedAtMs) ?? false;
  }

  async untilReady(runId: RunId, end: AbortSignal): Promise<boolean> {
    const channel = this.#channels.get(runId) ?? impossible(`${runId} is not listened to`);
    return (await channel.until(() => (channel.isReady ? true : null), end)) ?? false;
  }

  async pulse(runId: RunId, end: AbortSignal): Promise<Pulse> {
    return (await this.#channels.get(runId)?.pulse(end)) ?? { kind: "closed" };
  }

  onHealth(runId: RunId, changed: () => void): () => void {
    return this.#channels.get(runId)?.onHealth(changed) ?? (() => {});
  }

  isOpen(runId: RunId): boolean {
    return this.#channels.get(runId)?.isOpen ?? false;
  }

  /** False when nobody takes it. */
  send(runId: RunId, data: unknown, from: string): boolean {
    return this.#channels.get(runId)?.send(data, from) ?? false;
  }

  /** Null when nobody takes it. */
  ask(runId: RunId, data: unknown, from: string): Reply | null {
    return this.#channels.get(runId)?.ask(data, from) ?? null;
  }

  /** The keys of its definition that are others now, and that it need not be restarted for. */
  tellConfig(runId: RunId, changed: readonly string[]): void {
    this.#channels.get(runId)?.tellConfig(changed);
  }

  /** What the run measures of itself. */
  metricsOf(runId: RunId): readonly ToldMetric[] {
    return this.#channels.get(runId)?.metrics.all() ?? [];
  }

  /** Hears those who connect there. */
  listen(path: string): ListeningSocket {
    const server = Bun.listen<Connection>({
      unix: path,
      socket: {
        ...SOCKET_HANDLERS,
        open: (socket) => {
          socket.data = this.#reception.receive();
          socket.data.opened(socket);
        },
      },
    });
    // Those who are connected stay so.
    return { stop: async () => server.stop(false) };
  }

  /** A sentence when there is none that may be joined. */
  #find(runId: RunId): RunChannel | string {
    const channel = this.#channels.get(runId);
    if (channel === undefined) return `there is no run '${runId}'`;
    const most = `the run has ${limits.connectionsPerRun} connections already`;
    return channel.isFull ? most : channel;
  }

  /** The connection belongs to the run from now on. */
  #join(channel: RunChannel, peer: Peer): void {
    const joined = channel.join(peer);
    const speaker = { exchange: this.#exchange, channel, peer };
    peer.connection.ends = {
      heard(line) {
        const cost = hear(speaker, line);
        joined.heard();
        return cost;
      },
      closed: () => {
        joined.left();
        this.#exchange.left(peer);
      },
    };
  }
}
