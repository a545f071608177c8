/** `procman adopt`. */

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { callerEnvironment } from "../../client/caller-environment.ts";
import { fail } from "../../model/errors.ts";
import { processNameProblem } from "../../model/ids.ts";
import type { RestartPolicy } from "../../model/spec.ts";
import { meantBy, originOf, type Origin, type SeenProcess } from "../../platform/strangers.ts";
import type { AdoptInput } from "../../protocol/strangers.ts";
import type { Command, CommandContext } from "../command.ts";
import { definingInput, loadDefinition } from "../project-definition.ts";
import { renderResults } from "../render/results.ts";

const POLICIES: readonly RestartPolicy[] = ["no", "on-failure", "always"];

export const command: Command = {
  usage: "PID|:PORT|PIDFILE|TEXT --name NAME",
  summary: "take over a process that runs already",
  details: `It goes on running, with the same pid. Named by its pid, by the port that it listens on, by a file that holds its
pid, or by a part of its command line; only your own. When the configuration has a process NAME, it becomes that one's;
else one of the project, or of the project adhoc, that is started anew with the same command, directory and environment.
What it writes goes where it went before until it is started anew.`,
  flags: {
    name: { type: "string", description: "the process that it becomes", valueHint: "NAME" },
    restart: {
      type: "enum",
      options: [...POLICIES],
      description: "its restart policy, unless it is configured (on-failure)",
    },
  },
  examples: [
    ["procman adopt 4242 --name api", "manage pid 4242 as api from now on"],
    ["procman adopt :3000 --name api", "whoever listens on port 3000"],
    ["procman adopt run/api.pid --name api", "the process that a pid file names"],
  ],
  async run(context) {
    const { client, say } = context;
    const name = nameOf(context);
    const seen = findOne(context);
    const { results } = await client.change("adopt", await inputOf(context, name, seen), {
      start: true,
      waits: true,
      repeatable: false,
    });
    const status = renderResults(context, results, "adopted");
    if (status === 0) say("Its output is captured from its next start on.");
    return status;
  },
};

function nameOf({ args }: CommandContext): string {
  const name = args.text("name");
  if (name === null) {
    const hint = `Say as what: 'procman adopt ${args.words[0] ?? "PID"} --name NAME'. 'procman discover' shows what could be adopted.`;
    return fail("USAGE", "Cannot adopt: no name was given", hint);
  }
  const wrong = processNameProblem(name);
  return wrong === null ? name : fail("USAGE", `Cannot use the name '${name}': ${wrong}`);
}

function findOne({ args, directory }: CommandContext): SeenProcess {
  const [word = "", ...more] = args.words;
  if (word === "" || more.length > 0) {
    const hint = "Give one pid, :PORT, pid file, or part of a command line in quotes.";
    return fail("USAGE", `Cannot understand '${args.words.join(" ")}' as a process`, hint);
  }
  const [first, ...others] = meantBy(word, directory, process.pid);
  if (first === undefined) {
    const hint = "'procman discover' shows what could be adopted.";
    return fail("PROCESS_NOT_FOUND", `Cannot find a process by '${word}'`, hint);
  }
  if (others.length === 0) return first;
  const list = [first, ...others].map(({ pid, command: line }) => `${pid} ${line}`).join("\n  ");
  const hint = /^\d+$/.test(word)
    ? `Say :${word} for the port, or name it by a part of its command line:\n  ${list}`
    : `Name one by its pid:\n  ${list}`;
  return fail("AMBIGUOUS_TARGET", `Cannot tell which process '${word}' means`, hint);
}

async function inputOf(
  context: CommandContext,
  name: string,
  { pid, startTicks, cwd }: SeenProcess,
): Promise<AdoptInput> {
  const { place, directory } = context;
  const definition = place.exact ? definingInput(context, await loadDefinition(context)) : null;
  const origin = originOf(pid);
  const { adHocProcess } = await import("../../config/ad-hoc.ts");
  return {
    ...place,
    identity: { pid, startTicks },
    name,
    definition,
    process: adHocProcess({
      name,
      command: commandOf(origin, cwd ?? directory),
      cwd: cwd ?? directory,
      env: {},
      restart: policy(context.args.text("restart")),
    }),
    env: callerEnvironment(origin.env),
  };
}

/** Programs may write over their command line, as in `nginx: master process`. */
function commandOf({ argv, program, env }: Origin, cwd: string): readonly string[] {
  const [word = ""] = argv;
  const isCommand = word.includes("/")
    ? statSync(resolve(cwd, word), { throwIfNoEntry: false })?.isFile() === true
    : word !== "" && Bun.which(word, { PATH: env["PATH"] ?? "" }) !== null;
  if (isCommand) return argv;
  if (program !== null) return [program];
  return fail("PERMISSION_DENIED", "Cannot adopt: its command line cannot be seen");
}

function policy(text: string | null): RestartPolicy {
  if (text === null) return "on-failure";
  const found = POLICIES.find((it) => it === text);
  const hint = `It is one of ${POLICIES.join(", ")}.`;
  return found ?? fail("USAGE", `Cannot use the restart policy '${text}'`, hint);
}
