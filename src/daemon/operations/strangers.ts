/** Operations on processes that no run is known to own: port, orphans, discover. */

import { fail } from "../../model/errors.ts";
import type { EventType, Fact } from "../../model/events.ts";
import { runsOf } from "../../model/runs-of.ts";
import type { Instance } from "../../model/state.ts";
import { listeningOn, orphans, ownersOf, told, unmanaged } from "../../platform/strangers.ts";
import type { OwnerOf, SeenProcess } from "../../platform/strangers.ts";
import type { Stranger } from "../../protocol/strangers.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import { endProcess, type EndedBy } from "../end-process.ts";

type Strangers = Pick<Handlers, "port" | "orphans" | "discover">;

/** What is left of a run may have forked while it was ended: so often it is looked for again. */
const ROUNDS = 5;

export function strangerOperations(context: DaemonContext): Strangers {
  /** Those found before, by pid and start. */
  const known = new Set<string>();
  return {
    async port({ port, kill }) {
      const holders = listeningOn(port, owners(context));
      if (!kill) return holders.map((it) => told(it));
      const left = new Set(find(context, process.pid).map(nameOf));
      for (const holder of holders) {
        const run = left.has(nameOf(holder)) ? { runId: null } : {};
        refuse({ ...holder, ...run }, `Cannot end what listens on port ${port}`);
      }
      return end(context, holders);
    },

    async orphans({ kill, pids, asker }) {
      const found = find(context, asker).filter(({ pid }) => pids?.includes(pid) ?? true);
      const missing = pids?.find((pid) => !found.some((it) => it.pid === pid));
      if (missing !== undefined) {
        const hint = "'procman orphans' shows those that were found.";
        fail("PROCESS_NOT_FOUND", `Cannot find an orphan with pid ${missing}`, hint);
      }
      const fresh = found.filter((it) => !known.has(nameOf(it)));
      for (const it of fresh) known.add(nameOf(it));
      await tell(context, "orphan.found", fresh);
      if (!kill) return found.map((it) => told(it));
      const ended: Stranger[] = [];
      let left = found;
      for (let round = 0; round < ROUNDS && left.length > 0; round += 1) {
        for (const it of left) refuseForeign(it, "Cannot end what is left of a run");
        const killed = await end(context, left);
        await tell(context, "orphan.killed", left);
        ended.push(...killed);
        left = pids === null ? find(context, asker) : [];
      }
      return ended;
    },

    async discover({ asker }) {
      return unmanaged(owners(context), asker).map((it) => told(it));
    },
  };
}

/** Which instance owns a process, as of now. */
export function owners({ supervisor }: DaemonContext): OwnerOf {
  return ownersOf([...supervisor.world.instances.values()].flatMap(ownedRuns));
}

/** Throws for what is not to be dealt with from here: another user's, a managed one, procman itself. */
export function refuse(seen: SeenProcess, cannot: string): void {
  const { pid, id, runId, project, process: name } = seen;
  if (seen.pid <= 1 || seen.isDaemon) {
    const hint = seen.isDaemon ? "'procman daemon stop' ends it." : null;
    fail("PERMISSION_DENIED", `${cannot}: pid ${pid} is ${seen.command || "init"}`, hint);
  }
  refuseForeign(seen, cannot);
  if (id !== null) {
    fail("MANAGED", `${cannot}: pid ${pid} belongs to ${id}`, `Use 'procman stop ${id}'.`);
  }
  if (runId !== null) {
    const whose = project === null || name === null ? `run ${runId}` : `${project}/${name}`;
    const hint = "See 'procman orphans', and 'procman ls --all' with the --home that it is of.";
    fail("MANAGED", `${cannot}: pid ${pid} was started by procman as ${whose}`, hint);
  }
}

/** Root gets no more than anybody else. */
function refuseForeign({ pid, user, isOwn }: SeenProcess, cannot: string): void {
  if (isOwn) return;
  const whose = user === null ? "another user" : user;
  fail("PERMISSION_DENIED", `${cannot}: pid ${pid} is ${whose}'s, not yours`);
}

/** All at once; one that outlives SIGKILL is an error that names it. */
async function end(context: DaemonContext, all: readonly SeenProcess[]): Promise<Stranger[]> {
  const outcomes = await Promise.all(
    all.map(async (it) => [it, await endProcess(context, it)] as const),
  );
  const left = outcomes.filter(([, endedBy]) => endedBy === null).map(([{ pid }]) => pid);
  if (left.length > 0) {
    const hint = "The kernel holds it, as while a disk or a network file system does not answer.";
    fail("STOP_FAILED", `Cannot end pid ${left.join(", ")}: it outlives SIGKILL`, hint);
  }
  return outcomes.map(([it, endedBy]: readonly [SeenProcess, EndedBy | null]) => told(it, endedBy));
}

function find({ supervisor, facts }: DaemonContext, asker: number): SeenProcess[] {
  const { homeId, instances } = supervisor.world;
  const present = [...instances.values()].flatMap(runsOf).map(({ id }) => id);
  return orphans({ home: facts.home, homeId, present: new Set(present), asker });
}

async function tell(context: DaemonContext, type: EventType, found: readonly SeenProcess[]) {
  if (found.length === 0) return;
  const facts = found.map(({ pid, command, cwd, runId, project, process }): Fact => ({
    type,
    project,
    process,
    instance: null,
    instanceId: null,
    runId,
    data: { pid, command, cwd },
  }));
  await context.supervisor.submit({ kind: "facts-observed", facts });
}

function ownedRuns(instance: Instance) {
  return runsOf(instance).map((run) => ({
    id: run.id,
    instance: instance.id,
    leader: "pid" in run ? run : null,
  }));
}

function nameOf({ pid, startTicks }: SeenProcess): string {
  return `${pid} ${startTicks}`;
}
