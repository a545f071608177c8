/** `procman up`. */

import type { DefinitionChanges } from "../../model/definition-changes.ts";
import { CHANGES } from "../../client/client.ts";
import { EXIT, fail } from "../../model/errors.ts";
import type { UpInput, UpOutput } from "../../protocol/operations.ts";
import type { Command, CommandContext } from "../command.ts";
import { foreground } from "../foreground.ts";
import { loadDefinition, type Definition } from "../project-definition.ts";
import { ProgressReport } from "../progress.ts";
import { renderChanges } from "../render/changes.ts";
import { renderResults } from "../render/results.ts";
import { durationFlag } from "./targets.ts";

export const command: Command = {
  usage: "[TARGET…]",
  summary: "start a project's processes, and what they depend on",
  details: `Starts the targets, or all that start by themselves, in the order of their dependencies; applies changes of their
definitions. What runs already is left alone, completed one-shots are not run again, nothing is stopped.
In the foreground it shows what the processes write and holds what it started: Ctrl-C stops those. With -d it returns
when each was spawned once, with --wait when all are ready.`,
  flags: {
    detach: { type: "boolean", alias: "d", description: "return when each was spawned once" },
    wait: { type: "boolean", description: "return when all are ready (implies -d)" },
    timeout: { type: "string", description: "give up waiting after that long", valueHint: "D" },
    deps: {
      type: "boolean",
      description: "--no-deps: only the targets, without waiting for what they depend on",
    },
    "update-env": { type: "boolean", description: "take the environment of this call" },
    "dry-run": { type: "boolean", description: "say what would change, and change nothing" },
  },
  examples: [
    ["procman up", "start everything and follow it; Ctrl-C stops it"],
    ["procman up -d --wait --timeout 60s", "for scripts: return when everything is ready"],
    ["procman up api", "start api and what it depends on"],
  ],
  async run(context) {
    const { args, client } = context;
    const waits = args.isSet("wait");
    const detached = waits || args.isSet("detach");
    // It starts while the configuration is read, which takes about as long.
    if (context.place.exact && !args.isSet("dry-run")) await client.wake();
    const definition = await loadDefinition(context);
    if (args.isSet("dry-run")) return dryRun(context, definition);
    const input = inputFor(context, definition);
    if (!detached) return foreground(context, input);
    const until = waits ? "ready" : "spawned";
    const progress = new ProgressReport(context, definition.loaded.spec.name);
    try {
      const output = await client.change("up", { ...input, until }, CHANGES);
      progress.end();
      sayChanges(context, output);
      return renderResults(context, output.results, waits ? "is ready" : "started");
    } finally {
      progress.end();
    }
  },
};

function inputFor(context: CommandContext, { loaded, callerEnv }: Definition): UpInput {
  const { args } = context;
  const timeoutMs = durationFlag(context, "timeout");
  if (Object.keys(loaded.spec.processes).length === 0) {
    fail("CONFIG_INVALID", "Cannot start anything: the configuration has no processes");
  }
  return {
    spec: loaded.spec,
    nameIsExplicit: loaded.nameIsExplicit,
    callerEnv,
    updateEnv: args.isSet("update-env"),
    targets: args.words.length > 0 ? args.words : loaded.selection,
    withDependencies: args.text("deps") !== "false",
    holder: null,
    until: "asked",
    timeoutMs,
  };
}

async function dryRun(context: CommandContext, { loaded, callerEnv }: Definition): Promise<number> {
  const { spec, nameIsExplicit } = loaded;
  const fresh: DefinitionChanges = {
    added: Object.keys(spec.processes),
    removed: [],
    changed: [],
    unchanged: [],
  };
  const input = { spec, nameIsExplicit, callerEnv, updateEnv: false, prune: false, dryRun: true };
  // With no daemon nothing runs: everything is new.
  const answer = await context.client.look("apply", input);
  renderChanges(context, answer?.changes ?? fresh);
  return EXIT.ok;
}

/** A name that had to be changed, because another project has it. */
function sayChanges(context: CommandContext, { project, results }: UpOutput): void {
  const named = results[0]?.id.startsWith(`${project}/`) ?? true;
  if (!named) context.say(`The project is called ${project}: another one has its name.`);
}
