/** Processes that no run owns; and the names that those who come from the dashboard of servers know it all by. */

import { fail } from "../../../model/errors.ts";
import { placeOf } from "../../../protocol/place.ts";
import type { Status } from "../../../protocol/status.ts";
import type { Stranger } from "../../../protocol/strangers.ts";
import { acted } from "../acted.ts";
import { results, type Server } from "../answers.ts";
import { count, oneOf, project, required, timeout } from "../parameters.ts";
import { jsonReply, route, type Calls, type Route } from "../route.ts";
import { listOf, named } from "../schema.ts";

/** Who asks over HTTP is no process that could be meant: the daemon stands for it. */
const asker = process.pid;

const pid = count("The process", 2 ** 31 - 1, 1);

export const strangerRoutes: readonly Route[] = [
  route("GET /api/orphans", {
    name: "listOrphans",
    summary: "What is left of runs that are over.",
    parameters: {},
    answers: listOf(named("Stranger")),
    run: async (calls) => jsonReply(await orphans(calls)),
  }),
  route("DELETE /api/orphans/{pid}", {
    name: "killOrphan",
    summary: "Ends what was found to be left of a run, and nothing else.",
    parameters: {},
    answers: listOf(named("Stranger")),
    async run(calls, _, { path }) {
      const given = pid.read(path["pid"]);
      if (given === undefined) fail("INVALID_PARAMETER", `Cannot understand pid '${path["pid"]}'`);
      return jsonReply(await calls.call("orphans", { kill: true, pids: [given], asker }));
    },
  }),
  route("GET /api/servers", {
    name: "listServers",
    summary: "The instances of all processes, with who has their ports in their place.",
    parameters: { project },
    answers: listOf(named("Server")),
    run: async (calls, given) => jsonReply(await servers(calls, given.project)),
  }),
  route("POST /api/servers/{id}", {
    name: "actOnServer",
    summary: "Starts or stops a process.",
    parameters: { project, action: required(oneOf("What to do", ["start", "stop"])), timeout },
    answers: results,
    async run(calls, given, { path }) {
      const place = placeOf(given.project);
      const on = { ...place, targets: [path["id"] ?? ""], withDependents: false };
      const input = { ...on, timeoutMs: given.timeout };
      return acted((await calls.call(given.action, input)).results);
    },
  }),
  route("DELETE /api/kill", {
    name: "killStranger",
    summary: "Ends an orphan by its pid, or what listens on a port and is not managed.",
    parameters: { pid, port: count("The TCP port", 65_535, 1) },
    answers: listOf(named("Stranger")),
    async run(calls, given) {
      if ((given.pid === null) === (given.port === null)) {
        fail("INVALID_PARAMETER", "Cannot tell what to kill: it is either a pid or a port");
      }
      if (given.port !== null) {
        return jsonReply(await calls.call("port", { port: given.port, kill: true }));
      }
      return jsonReply(await calls.call("orphans", { kill: true, pids: [given.pid ?? 0], asker }));
    },
  }),
];

function orphans(calls: Calls): Promise<readonly Stranger[]> {
  return calls.call("orphans", { kill: false, pids: null, asker });
}

async function servers(calls: Calls, name: string | null): Promise<Server[]> {
  const input = { ...placeOf(name), targets: [], all: name === null };
  const [found, left] = await Promise.all([calls.call("list", input), orphans(calls)]);
  const ports = [...new Set(found.filter((it) => it.pid === null).flatMap((it) => it.ports))];
  const holders = new Map<number, Stranger | undefined>();
  for (const port of ports) {
    holders.set(port, (await calls.call("port", { port, kill: false }))[0]);
  }
  return found.map((status) => serverOf(status, left, holders));
}

function serverOf(
  status: Status,
  left: readonly Stranger[],
  holders: ReadonlyMap<number, Stranger | undefined>,
): Server {
  const ofOwn = left.find((it) => it.project === status.project && it.process === status.process);
  // One that runs has its port itself.
  const inPlace = status.pid === null ? status.ports.map((port) => holders.get(port)) : [];
  const orphan = ofOwn ?? inPlace.find((it) => it !== undefined && it.id === null);
  const running = status.pid !== null || orphan !== undefined;
  const orphanedPid = orphan?.pid ?? null;
  return { ...status, running, orphaned: orphan !== undefined, orphanedPid };
}
