/** Looks at the list of processes, and at the daemon that tells it. It starts a daemon only as other commands that look
 *  do, and never one that was stopped while it looked on. */

import { fail } from "../../model/errors.ts";
import type { Status } from "../../protocol/status.ts";
import type { CommandContext } from "../command.ts";
import { requireProject } from "../require-project.ts";

export interface Look {
  readonly statuses: readonly Status[];
  readonly daemonPid: number | null;
}

/** A daemon that has crashed is started again within a second by its keeper; then somebody else has to. */
const KEEPER_MS = 3_000;

export class Looks {
  readonly #context: CommandContext;
  #hasLooked = false;
  #awaySinceMs: number | null = null;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  /** The first is as that of `ls`. Later ones throw `DAEMON_UNREACHABLE` while there is no daemon. */
  async look(): Promise<Look> {
    const { args, client, place } = this.#context;
    const all = args.isSet("all");
    const input = { ...place, targets: args.words, all };
    if (!this.#hasLooked) {
      const statuses = (await client.look("list", input)) ?? [];
      if (statuses.length === 0 && !all) requireProject(this.#context);
      this.#hasLooked = true;
      return { statuses, daemonPid: await this.#daemonPid() };
    }
    const isLong = performance.now() - (this.#awaySinceMs ?? Infinity) > KEEPER_MS;
    const statuses =
      isLong && !client.isStopped()
        ? await client.look("list", input)
        : await client.ask("list", input);
    if (statuses === null) return this.#away();
    this.#awaySinceMs = null;
    return { statuses, daemonPid: await this.#daemonPid() };
  }

  async #daemonPid(): Promise<number | null> {
    return (await this.#context.client.ask("daemon-status", {}))?.pid ?? null;
  }

  #away(): never {
    this.#awaySinceMs ??= performance.now();
    return this.#context.client.isStopped()
      ? fail("DAEMON_UNREACHABLE", "No daemon runs; this goes on when there is one.")
      : fail("DAEMON_UNREACHABLE", "The daemon does not answer; this goes on when it does.");
  }
}
