/** What can be done with processes: on a target in the path, by a name in the body, or with all. */

import { constants } from "node:os";
import { fail } from "../../../model/errors.ts";
import { placeOf } from "../../../protocol/place.ts";
import type { ActionResult } from "../../../protocol/shapes.ts";
import { acted } from "../acted.ts";
import { results } from "../answers.ts";
import {
  count,
  duration,
  json,
  project,
  required,
  timeout,
  until,
  withDependents,
  word,
  yesNo,
  type Parameters,
  type Values,
} from "../parameters.ts";
import { route, type Calls, type Method, type Reply, type Route } from "../route.ts";

const starting = { project, withDependents, until, timeout };
const stopping = { project, withDependents, timeout };
const plain = { project };

type Results = Promise<{ readonly results: readonly ActionResult[] }>;

const start = (calls: Calls, targets: readonly string[], given: Values<typeof starting>): Results =>
  calls.call("start", startInput(targets, given));

const stop = (calls: Calls, targets: readonly string[], given: Values<typeof stopping>): Results =>
  calls.call("stop", stopInput(targets, given));

const named = { name: required(word("The process")) };

export const actionRoutes: readonly Route[] = [
  // These names are reserved: no process is called so.
  byName("start", "Starts a process and what it depends on.", { ...named, ...starting }, start),
  byName(
    "stop",
    "Stops a process; answers when none of its tree is left.",
    { ...named, ...stopping },
    stop,
  ),
  whole("start-all", "Starts all processes, of a project or of all.", starting, start),
  whole("stop-all", "Stops all processes, of a project or of all.", stopping, stop),
  onTarget("start", "Starts processes and what they depend on.", starting, start),
  onTarget("stop", "Stops processes; answers when none of their trees is left.", stopping, stop),
  onTarget("restart", "Stops processes and starts them.", starting, (calls, targets, given) =>
    calls.call("restart", startInput(targets, given)),
  ),
  onTarget(
    "kill",
    "Kills processes at once, and they are not restarted.",
    plain,
    (calls, targets, given) =>
      calls.call("kill", stopInput(targets, { ...given, withDependents: null, timeout: null })),
  ),
  onTarget(
    "reload",
    "Replaces processes one by one: a new run is ready before the old one is stopped.",
    { project, timeout },
    (calls, targets, given) =>
      calls.call("reload", {
        ...placeOf(given.project),
        targets: [...targets],
        timeoutMs: given.timeout,
      }),
  ),
  onTarget("reset", "Clears restart counters.", plain, (calls, targets, given) =>
    calls.call("reset", { ...placeOf(given.project), targets: [...targets] }),
  ),
  onTarget("flush", "Empties the log files of processes.", plain, (calls, targets, given) =>
    calls.call("flush", { ...placeOf(given.project), targets: [...targets] }),
  ),
  onTarget(
    "signal",
    "Sends a signal to the group of each process; what follows is its restart policy's.",
    { project, signal: required(word("Its name or number: SIGHUP, HUP, 1")) },
    (calls, targets, given) =>
      calls.call("signal", {
        ...placeOf(given.project),
        targets: [...targets],
        signal: signalName(given.signal),
      }),
  ),
  onTarget(
    "send",
    "Writes text to the input of processes, or a message to their channels.",
    {
      project,
      text: word("For the input of processes (`stdin`, `tty`)"),
      enter: yesNo("With the end of a line after the text (true)"),
      message: json("For the channel of processes (`ipc`)"),
      reply: duration("Waits so long for the answer to a message"),
    },
    send,
  ),
  onTarget(
    "scale",
    "Changes how many instances there are.",
    { project, instances: required(count("How many", 1_000, 1)) },
    async (calls, targets, given) => {
      const place = placeOf(given.project);
      const found = await calls.call("list", { ...place, targets: [...targets], all: false });
      const projects = [...new Set(found.map((it) => it.project))];
      if (projects.length > 1) {
        const message = `Cannot tell which project is to be scaled: ${projects.join(", ")}`;
        fail("AMBIGUOUS_TARGET", message, "Name it with `project`.", { projects });
      }
      const names = new Set(found.map(({ process }) => process));
      const counts = Object.fromEntries([...names].map((it) => [it, given.instances]));
      return calls.call("scale", { ...placeOf(projects[0] ?? null), counts });
    },
  ),
];

type Act<P extends Parameters> = (
  calls: Calls,
  targets: readonly string[],
  given: Values<P>,
) => Results;

function onTarget<P extends Parameters>(
  action: string,
  summary: string,
  parameters: P,
  act: Act<P>,
): Route {
  const where: `${Method} /${string}` = `POST /api/processes/{target}/${action}`;
  const name = `${action}Process`;
  return route(where, {
    name,
    summary,
    parameters,
    answers: results,
    run: async (calls, given, { path }) => reply(act(calls, [path["target"] ?? ""], given)),
  });
}

function byName<P extends Parameters>(
  action: "start" | "stop",
  summary: string,
  parameters: P,
  act: (calls: Calls, targets: readonly string[], given: Values<P>) => Results,
): Route {
  return route(`POST /api/processes/${action}`, {
    name: `${action}ByName`,
    summary,
    parameters,
    answers: results,
    run: async (calls, given) => reply(act(calls, [String(given["name"])], given)),
  });
}

function whole<P extends Parameters>(
  action: "start-all" | "stop-all",
  summary: string,
  parameters: P,
  act: Act<P>,
): Route {
  return route(`POST /api/processes/${action}`, {
    name: action.replace("-a", "A"),
    summary,
    parameters,
    answers: results,
    run: async (calls, given) => reply(act(calls, ["all"], given)),
  });
}

async function reply(done: Results): Promise<Reply> {
  return acted((await done).results);
}

function startInput(targets: readonly string[], given: Values<typeof starting>) {
  return {
    ...placeOf(given.project),
    targets: [...targets],
    withDependents: given.withDependents ?? false,
    timeoutMs: given.timeout,
    ...(given.until === null ? {} : { until: given.until }),
  };
}

function stopInput(targets: readonly string[], given: Values<typeof stopping>) {
  return {
    ...placeOf(given.project),
    targets: [...targets],
    withDependents: given.withDependents ?? false,
    timeoutMs: given.timeout,
  };
}

interface Sent {
  readonly project: string | null;
  readonly text: string | null;
  readonly enter: boolean | null;
  readonly message: unknown;
  readonly reply: number | null;
}

function send(calls: Calls, targets: readonly string[], given: Sent): Results {
  const { text, message, reply: replyWithinMs } = given;
  const input = { ...placeOf(given.project), targets: [...targets] };
  if ((text === null) === (message === null)) {
    fail("INVALID_PARAMETER", "Cannot tell what to send: it is either a text or a message");
  }
  if (text !== null) return calls.call("send", { ...input, text, enter: given.enter ?? true });
  return calls.call("message", { ...input, message, replyWithinMs });
}

/** `HUP`, `sighup` and `1` are SIGHUP. */
function signalName(given: string): string {
  const upper = given.toUpperCase();
  const name = /^\d+$/.test(upper) || upper.startsWith("SIG") ? upper : `SIG${upper}`;
  if (/^\d+$/.test(name) || Object.hasOwn(constants.signals, name)) return name;
  const hint = "It is a name, such as HUP or SIGHUP, or a number.";
  return fail("INVALID_PARAMETER", `Cannot send '${given}': there is no such signal`, hint);
}
