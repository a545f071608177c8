/** `procman run`. */

import { resolve } from "node:path";
import { CHANGES } from "../../client/client.ts";
import { fail } from "../../model/errors.ts";
import type { RestartPolicy } from "../../model/spec.ts";
import type { RunInput } from "../../protocol/definition-inputs.ts";
import { adHocInput } from "../ad-hoc-input.ts";
import type { Command, CommandContext } from "../command.ts";
import { statusesOf, statusOfAll } from "../foreground-end.ts";
import { renderResults } from "../render/results.ts";

const POLICIES: readonly RestartPolicy[] = ["no", "on-failure", "always"];

export const command: Command = {
  usage: "[FLAGS] -- COMMAND…",
  summary: "run a command as a process: known, logged and stopped like those of the configuration",
  details: `It belongs to the project of the working directory, else to the project adhoc; an up or apply of the
project leaves it alone. In the foreground it shows what the command writes and exits with its code; Ctrl-C
stops it. The same command in the same directory (and under the same --name) again is the same process: shown
while it runs, else started anew.`,
  flags: {
    name: { type: "string", description: "its name, instead of the command's", valueHint: "NAME" },
    detach: { type: "boolean", alias: "d", description: "return when it was spawned" },
    restart: { type: "enum", options: [...POLICIES], description: "its restart policy (no)" },
    env: {
      type: "string",
      alias: "e",
      description: "a variable of its environment; repeat to add",
      valueHint: "K=V",
    },
    cwd: { type: "string", description: "its working directory", valueHint: "DIR" },
  },
  examples: [
    ["procman run -- bun test --watch", "in the foreground; Ctrl-C stops it"],
    ["procman run -d --name tunnel --restart always -- ssh -N db", "in the background, kept up"],
  ],
  async run(context) {
    const { args, client, say } = context;
    const isDetached = args.isSet("detach");
    const sinceMs = Date.now();
    const holder = isDetached ? null : { pid: process.pid };
    const input = { ...(await inputOf(context)), holder };
    // A command that is run is run once: a daemon that dies meanwhile may have started it.
    const output = await client.change("run", input, { ...CHANGES, repeatable: false });
    const { project, result, held, attached, afterSeq } = output;
    if (isDetached || !result.ok) return renderResults(context, [result], "started");
    if (attached) say(`${result.id} runs already (pid ${result.pid}): Ctrl-C leaves it running.`);
    const shown = [result.id];
    const { follow } = await import("../foreground.ts");
    const what = { project, shown, held, sinceMs, afterSeq, isPlain: true };
    return (await follow(context, what)) ?? statusOfAll(await statusesOf(context, what));
  },
};

async function inputOf(context: CommandContext): Promise<Omit<RunInput, "holder">> {
  const { args, directory } = context;
  const argv = args.rest ?? [];
  const [program] = argv;
  if (program === undefined || args.words.length > 0) {
    const words = [...args.words, ...(program === undefined ? [] : argv)].join(" ") || "sleep 100";
    const hint = `The whole command stands after --: 'procman run -- ${words}'.`;
    return fail("USAGE", "Cannot tell what to run", hint);
  }
  return adHocInput(context, {
    command: argv,
    program,
    name: args.text("name"),
    cwd: resolve(directory, args.text("cwd") ?? "."),
    env: Object.fromEntries(args.texts("env").map(variable)),
    restart: policy(args.text("restart")),
  });
}

function variable(text: string): readonly [name: string, value: string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  return fail("USAGE", `Cannot understand --env ${text}: it is NAME=VALUE`);
}

function policy(text: string | null): RestartPolicy {
  if (text === null) return "no";
  const found = POLICIES.find((it) => it === text);
  const hint = `It is one of ${POLICIES.join(", ")}.`;
  return found ?? fail("USAGE", `Cannot use the restart policy '${text}'`, hint);
}
