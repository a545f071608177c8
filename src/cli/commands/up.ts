/** `procman up`. */

import { CHANGES } from "../../client/client.ts";
import { EXIT } from "../../model/errors.ts";
import type { ActionResult } from "../../protocol/shapes.ts";
import type { UpInput, UpOutput } from "../../protocol/definition-inputs.ts";
import type { Command, CommandContext } from "../command.ts";
import { dryRun } from "../dry-run.ts";
import { END_FLAGS, endOptions, namedIn } from "../end-options.ts";
import { definingInput, loadAsGiven, type Definition } from "../project-definition.ts";
import { ProgressReport } from "../progress.ts";
import { leftOverLine, restartOf } from "../render/changes.ts";
import { sayTails } from "../render/failed-starts.ts";
import { nowReady, nowStarted, renderResults, type DoneText } from "../render/results.ts";
import { annotateTimeout, WorkflowLog } from "../workflow-log.ts";
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
    timeout: {
      type: "string",
      description: "give up waiting after D like 500ms, 30s, 2m",
      valueHint: "D",
    },
    deps: {
      type: "boolean",
      negativeDescription: "only the targets, without waiting for what they depend on",
    },
    watch: {
      type: "boolean",
      negativeDescription: "restart nothing when files change, until 'procman down'",
    },
    ...END_FLAGS,
    "update-env": { type: "boolean", description: "take the environment of this call" },
    "dry-run": { type: "boolean", description: "say what would change, and change nothing" },
  },
  examples: [
    ["procman up", "start everything and follow it; Ctrl-C stops it"],
    ["procman up -d --wait --timeout 60s", "for scripts: return when everything is ready"],
    ["procman up api", "start api and what it depends on"],
    ["procman up --exit-code-from tests", "until tests has ended; exit with its code"],
  ],
  async run(context) {
    const { args, client } = context;
    const waits = args.isSet("wait");
    const detached = waits || args.isSet("detach");
    // It starts while the configuration is read, which takes about as long.
    if (context.place.exact && !args.isSet("dry-run")) await client.wake();
    const definition = await loadAsGiven(context);
    const ends = endOptions(context, definition.loaded.spec, detached);
    const defined = definedBy(context, definition);
    if (args.isSet("dry-run")) return dryRun(context, { ...defined, prune: false });
    const timeoutMs = durationFlag(context, "timeout");
    const watch = args.text("watch");
    const watches = watch === null ? {} : { watches: watch === "true" };
    const input: UpInput = { ...defined, ...watches, holder: null, until: "asked", timeoutMs };
    const again = namedIn(ends);
    const wanted = again.length === 0 ? input : { ...input, again };
    if (!detached) {
      const { foreground } = await import("../foreground.ts");
      return foreground(context, wanted, ends);
    }
    return inBackground(context, { ...input, until: waits ? "ready" : "spawned" });
  },
};

async function inBackground(context: CommandContext, input: UpInput): Promise<number> {
  const waits = input.until === "ready";
  const log = new WorkflowLog(context);
  log.beginStart(input.spec.name);
  const progress = new ProgressReport(context, input.spec);
  try {
    const output = await context.client.change("up", input, CHANGES);
    progress.end();
    sayChanges(context, output);
    const { results } = output;
    const status = renderResults(context, results, (result) => doneTo(output, result, waits));
    log.endStart();
    if (status !== EXIT.ok) await sayTails(context, results);
    return status;
  } catch (error) {
    log.endStart();
    await annotateTimeout(context, error);
    throw error;
  } finally {
    progress.end();
  }
}

/** What is to be defined, and whose definitions and instances are meant. */
function definedBy(context: CommandContext, definition: Definition) {
  const { args } = context;
  return {
    ...definingInput(context, definition),
    targets: args.words.length > 0 ? args.words : definition.loaded.selection,
    withDependencies: args.text("deps") !== "false",
  };
}

function doneTo(output: UpOutput, result: ActionResult, waits: boolean): DoneText | null {
  const why = restartOf(output, result);
  const done = waits ? nowReady(result) : nowStarted(result);
  if (why === null) return done;
  return { what: waits ? (done?.what ?? "is ready") : "restarted", note: why };
}

/** A name that had to be changed, because another project has it; what goes on though nothing defines it. */
function sayChanges(context: CommandContext, { project, results, changes }: UpOutput): void {
  for (const process of changes.removed) context.say(leftOverLine(process));
  const named = results[0]?.id.startsWith(`${project}/`) ?? true;
  if (!named) context.say(`The project is called ${project}: another one has its name.`);
}
