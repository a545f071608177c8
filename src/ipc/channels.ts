/** The channels of all runs: those that Bun and Node programs are born with, and `PROCMAN_SOCKET` for any program. */

import { closeSync } from "node:fs";
import { impossible } from "../model/errors.ts";
import type { RunId } from "../model/ids.ts";
import { limits } from "../model/limits.ts";
import type { Pulse } from "../model/pulse.ts";
import type { Channels } from "../supervisor/ports.ts";
import { Connection, SOCKET_HANDLERS } from "./connection.ts";
import { hear } from "./handlers.ts";
import { Reception } from "./reception.ts";
import type { Reply } from "./replies.ts";
import { RunChannel, type ChannelEnds, type ChannelRun, type Peer } from "./run-channel.ts";

/** A socket that is listened on. */
export interface ListeningSocket {
  /** Accepts nothing more. */
  stop(): Promise<void>;
}

export class RunChannels implements Channels {
  readonly #ends: ChannelEnds;
  readonly #channels = new Map<RunId, RunChannel>();
  readonly #reception = new Reception(({ run = "", messages }, connection) => {
    const found = this.#find(run);
    if (typeof found === "string") return found;
    join(found, { connection, isIntroduced: true, takesMessages: messages ?? true });
    return null;
  });

  constructor(ends: ChannelEnds) {
    this.#ends = ends;
  }

  begin(run: ChannelRun): void {
    if (!this.#channels.has(run.runId)) {
      this.#channels.set(run.runId, new RunChannel(run, this.#ends));
    }
  }

  connect(runId: RunId, fd: number): void {
    const channel = this.#channels.get(runId);
    if (channel === undefined) return closeSync(fd);
    const connection = new Connection();
    join(channel, { connection, isIntroduced: false, takesMessages: true });
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
}

/** The connection belongs to the run from now on. */
function join(channel: RunChannel, peer: Peer): void {
  const joined = channel.join(peer);
  peer.connection.ends = {
    heard(line) {
      const cost = hear(channel, peer, line);
      joined.heard();
      return cost;
    },
    closed: joined.left,
  };
}
