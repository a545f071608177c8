/** `procman down`. */

import { rmSync } from "node:fs";
import { ProcmanError } from "../../model/errors.ts";
import type { Command } from "../command.ts";
import { renderResults } from "../render/results.ts";
import { TARGET_FLAGS, TIMEOUT_FLAG, durationFlag } from "./targets.ts";

export const command: Command = {
  usage: "[TARGET…]",
  summary: "stop a project's processes in reverse dependency order, and forget them",
  details: "Returns when no process is left. Logs stay, unless --logs is given.",
  flags: {
    ...TARGET_FLAGS,
    ...TIMEOUT_FLAG,
    logs: { type: "boolean", description: "delete the logs too" },
  },
  examples: [
    ["procman down", "stop this project"],
    ["procman down --timeout 1s --logs", "stop it soon, and delete its logs"],
  ],
  async run(context) {
    const { args, client, place } = context;
    const listed = client.look("list", { ...place, targets: args.words, all: false });
    const before = (await listed.catch(nothingHere)) ?? [];
    const input = {
      ...place,
      targets: args.words,
      timeoutMs: durationFlag(context, "timeout"),
      withDependents: args.isSet("with-dependents"),
    };
    const answer = await client.look("down", input, DOWN).catch(nothingHere);
    if (args.isSet("logs")) for (const status of before) deleteLogs(status.logs);
    const results = answer?.results ?? [];
    if (results.length === 0) context.say("Nothing runs here.");
    const idle = new Set(before.filter(({ pid }) => pid === null).map(({ id }) => id));
    return renderResults(context, results, ({ id }) => {
      return { what: idle.has(id) ? "forgotten" : "stopped and forgotten" };
    });
  },
};

const DOWN = { start: false, waits: true, repeatable: true };

/** What is down already is as it was asked to be. */
function nothingHere(error: unknown): null {
  if (error instanceof ProcmanError && error.problem.code === "NO_PROJECT") return null;
  throw error;
}

/** A stream's file and what was rotated out of it: `…stdout.log`, `…stdout.log.1`, `…stdout.log.2.zst`. */
function deleteLogs({ stdout, stderr }: { stdout: string; stderr: string }): void {
  for (const path of [stdout, stderr]) {
    const directory = path.slice(0, path.lastIndexOf("/"));
    const name = path.slice(directory.length + 1);
    const files = new Bun.Glob(`${name}*`).scanSync({ cwd: directory, absolute: true });
    for (const file of files) rmSync(file, { force: true });
  }
}
