/** What the daemon tells of itself: how it began, and that it ends. It knows how by a note that each leaves to the next. */

import type { Fact } from "../model/events.ts";
import type { InputOf } from "../model/inputs.ts";
import { VERSION } from "../protocol/version.ts";
import type { DaemonNote, Registry } from "../store/registry.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";

type Since = InputOf<"recovered">["since"];

export class OwnEvents {
  readonly #supervisor: Supervisor;
  readonly #notes: Pick<Registry, "lastDaemon" | "noteDaemon">;
  readonly #trouble: (what: string, error: unknown) => void;

  constructor(
    supervisor: Supervisor,
    notes: Pick<Registry, "lastDaemon" | "noteDaemon">,
    trouble: (what: string, error: unknown) => void,
  ) {
    this.#supervisor = supervisor;
    this.#notes = notes;
    this.#trouble = trouble;
  }

  async begin(since: Since): Promise<void> {
    const last = this.#notes.lastDaemon();
    await this.#tell(beginning({ version: VERSION, pid: process.pid, since }, last));
    this.#note(null);
  }

  /** To be called before the ways in are closed, so that followers hear it. Waits for nothing: what is told last
   *  is committed when the supervisor closes. */
  end(how: "exit" | "exec"): void {
    void this.#tell(ending(how));
    this.#note(how);
  }

  async #tell(fact: Fact): Promise<void> {
    try {
      await this.#supervisor.submit({ kind: "facts-observed", facts: [fact] });
    } catch (error) {
      this.#trouble(`cannot tell ${fact.type}`, error);
    }
  }

  /** Without the note the next daemon takes this one for one that died, which costs nothing. */
  #note(ended: DaemonNote["ended"]): void {
    try {
      this.#notes.noteDaemon({ version: VERSION, ended });
    } catch (error) {
      this.#trouble("cannot note what becomes of the daemon", error);
    }
  }
}

interface Beginning {
  readonly version: string;
  readonly pid: number;
  readonly since: Since;
}

/** `last` is the daemon before in the same home; null when this one is the first. */
export function beginning({ version, pid, since }: Beginning, last: DaemonNote | null): Fact {
  if (last === null || last.ended === "exit") return ofDaemon("daemon.started", { version, pid });
  if (last.ended === null || since !== "exec") {
    return ofDaemon("daemon.recovered", {
      version,
      pid,
      since: since === "boot" ? "boot" : "crash",
    });
  }
  if (last.version === version) return ofDaemon("daemon.started", { version, pid, inPlace: true });
  return ofDaemon("daemon.upgraded", { from: last.version, to: version, pid });
}

/** `exec`: another daemon takes its place, with the same pid. */
function ending(how: "exit" | "exec"): Fact {
  return ofDaemon("daemon.stopping", { inPlace: how === "exec" });
}

function ofDaemon(type: Fact["type"], data: Fact["data"]): Fact {
  const nobody = { project: null, process: null, instance: null, instanceId: null, runId: null };
  return { type, ...nobody, data };
}
