/** Processes: listed, looked at, started without a configuration, forgotten. */

import { fail } from "../../../model/errors.ts";
import type { Status } from "../../../protocol/status.ts";
import { placeOf } from "../../../protocol/place.ts";
import { acted } from "../acted.ts";
import { results, statuses } from "../answers.ts";
import { health, moment, oneOf, project, state, timeout, word } from "../parameters.ts";
import { withDependents } from "../parameters.ts";
import { jsonReply, route, type Calls, type Route } from "../route.ts";
import { listOf, named } from "../schema.ts";

const WAITED_FOR = ["ready", "healthy", "running", "stopped", "completed", "succeeded"] as const;

const list = {
  summary: "The instances of all processes.",
  parameters: { project, state, health },
  answers: statuses,
} as const;

async function listed(
  calls: Calls,
  given: {
    readonly project: string | null;
    readonly state: readonly string[] | null;
    readonly health: readonly string[] | null;
  },
) {
  const all = given.project === null;
  const found = await calls.call("list", { ...placeOf(given.project), targets: [], all });
  const isWanted = (it: Status): boolean =>
    (given.state?.includes(it.state) ?? true) && (given.health?.includes(it.health) ?? true);
  return jsonReply(found.filter(isWanted));
}

export const processRoutes: readonly Route[] = [
  route("GET /api/processes", { name: "listProcesses", ...list, run: listed }),
  route("GET /api/processes/status", { name: "listStatuses", ...list, run: listed }),
  route("POST /api/processes", {
    name: "createProcess",
    summary: "Starts a process without a configuration; answers when it was spawned.",
    parameters: {
      project: word("The project that it belongs to; none: adhoc"),
      name: word("Its name; after its command, if none is given"),
    },
    takesKeys: true,
    answers: named("Status"),
    status: 201,
    async run(calls, given) {
      const { body } = given as unknown as { body: Readonly<Record<string, unknown>> };
      const { project: where, name } = given;
      const made = await calls.call("create", { project: where, name, keys: body });
      acted([made.result]);
      const input = { ...placeOf(made.project), targets: [made.result.id], all: false };
      const [status] = await calls.call("list", input);
      const headers = { Location: `/api/processes/${encodeURIComponent(made.result.id)}` };
      return { kind: "json", body: status, status: 201, headers };
    },
  }),
  route("GET /api/processes/{target}", {
    name: "getProcess",
    summary: "One instance.",
    parameters: { project },
    answers: named("Status"),
    async run(calls, given, { path }) {
      return jsonReply(await theOne(calls, given.project, path["target"] ?? ""));
    },
  }),
  route("DELETE /api/processes/{target}", {
    name: "deleteProcess",
    summary: "Stops processes and forgets them; answers when no process of theirs is left.",
    parameters: { project, timeout, withDependents },
    answers: results,
    async run(calls, given, { path }) {
      const input = {
        ...placeOf(given.project),
        targets: [path["target"] ?? ""],
        timeoutMs: given.timeout,
        withDependents: given.withDependents ?? false,
      };
      return acted((await calls.call("down", input)).results);
    },
  }),
  route("GET /api/processes/{target}/inspect", {
    name: "inspectProcess",
    summary: "Everything about one instance, but for the values of its environment.",
    parameters: { project },
    answers: named("Inspection"),
    async run(calls, given, { path }) {
      const { id } = await theOne(calls, given.project, path["target"] ?? "");
      const input = { ...placeOf(null), target: id, reveal: null };
      return jsonReply(await calls.call("inspect", input));
    },
  }),
  route("GET /api/processes/{target}/why", {
    name: "explainProcess",
    summary: "Why an instance is in its state.",
    parameters: { project },
    answers: named("Explanation"),
    async run(calls, given, { path }) {
      const input = { ...placeOf(given.project), target: path["target"] ?? "" };
      return jsonReply(await calls.call("why", input));
    },
  }),
  route("GET /api/processes/{target}/wait", {
    name: "waitForProcess",
    summary: "Answers when processes have come to a state, or no longer can.",
    parameters: { project, for: oneOf("What is waited for (ready)", WAITED_FOR), timeout },
    answers: results,
    async run(calls, given, { path }) {
      const input = {
        ...placeOf(given.project),
        targets: [path["target"] ?? ""],
        for: given.for ?? "ready",
        timeoutMs: given.timeout,
      };
      return acted((await calls.call("wait", input)).results);
    },
  }),
  route("GET /api/processes/{target}/metrics", {
    name: "getMetrics",
    summary: "What processes use now, and with `since` what they have used.",
    parameters: { project, since: moment("With history from then on") },
    answers: listOf(named("Stats")),
    async run(calls, given, { path }) {
      const targets = [path["target"] ?? ""];
      const input = { ...placeOf(given.project), targets, all: false, sinceMs: given.since };
      return jsonReply(await calls.call("stats", input));
    },
  }),
];

/** What a target names, when that is one instance. */
async function theOne(calls: Calls, where: string | null, target: string): Promise<Status> {
  const found = await calls.call("list", { ...placeOf(where), targets: [target], all: false });
  const [one, ...others] = found;
  if (one === undefined) {
    return fail("PROCESS_NOT_FOUND", `Cannot find '${target}': it has no instances`);
  }
  if (others.length > 0) {
    const instances = found.map(({ id }) => id);
    const message = `Cannot tell which instance of '${target}' is meant: ${instances.join(", ")}`;
    fail("AMBIGUOUS_TARGET", message, "Name one of them.", { instances });
  }
  return one;
}
