/** What the log of a GitHub Actions workflow shows: a start-up as a group, and each process that failed as an annotation
 *  with what it wrote last. On stderr, like all messages; elsewhere than in a workflow, and with `--json`, nothing. */

import { ProcmanError } from "../model/errors.ts";
import { parseInstanceId, type InstanceId } from "../model/ids.ts";
import type { ActionResult, WireEvent } from "../protocol/shapes.ts";
import type { CommandContext } from "./command.ts";
import { writeAll } from "./output.ts";
import { plain } from "../logfile/plain-text.ts";
import { annotation, GROUP_END, groupStart } from "./render/workflow-commands.ts";

/** https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
export function isInWorkflow({ env, json }: CommandContext): boolean {
  return env["GITHUB_ACTIONS"] === "true" && !json;
}

export class WorkflowLog {
  readonly #context: CommandContext;
  /** Why each has failed, by id. */
  readonly #failures = new Map<string, string>();
  /** Instances that the group is open for. */
  #starting: ReadonlySet<string> = new Set();
  #isOpen = false;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  beginStart(project: string): void {
    if (!isInWorkflow(this.#context)) return;
    this.#context.say(groupStart(`procman: starting ${project}`));
    this.#isOpen = true;
  }

  endStart(): void {
    if (this.#isOpen) this.#context.say(GROUP_END);
    this.#isOpen = false;
  }

  /** The start is over when each of these is up, or will not be. */
  endStartAfter(ids: readonly string[]): void {
    this.#starting = new Set(ids);
    if (ids.length === 0) this.endStart();
  }

  sees({ type, project, process, instance, data }: WireEvent): void {
    if (process === null) return;
    const id = `${project}/${process}.${instance}`;
    if (type === "process.started") this.#failures.delete(id);
    if (type === "process.failed") this.#failures.set(id, String(data["reason"]));
    if (!START_ENDS.has(type) || !this.#starting.has(id)) return;
    this.endStartAfter([...this.#starting].filter((it) => it !== id));
  }

  /** Of what has failed since it began and was not started again. */
  async sayFailures(): Promise<void> {
    if (!isInWorkflow(this.#context)) return;
    for (const [id, reason] of this.#failures) {
      await annotate(this.#context, id, { title: `${id} failed`, reason });
    }
  }
}

const START_ENDS: ReadonlySet<string> = new Set([
  "process.ready",
  "process.completed",
  "process.failed",
  "process.skipped",
  "process.stopped",
  "process.killed",
]);

/** Those that could not be started or are not ready; not those that only wait for them. */
export async function annotateResults(
  context: CommandContext,
  results: readonly ActionResult[],
): Promise<void> {
  if (!isInWorkflow(context)) return;
  const open = results.filter(({ ok }) => !ok);
  // What has no error was still on its way when another one had failed.
  const causes = open.filter(
    ({ state, error }) => error !== null && state !== "skipped" && state !== "pending",
  );
  for (const { id, state, error } of causes.length > 0 ? causes : open) {
    const title = `${id} ${state === "failed" ? "failed" : "is not up"}`;
    await annotate(context, id, { title, reason: error?.message ?? `it is ${state}` });
  }
}

/** Of what was given up waiting for: those that are still not up. */
export async function annotateTimeout(context: CommandContext, error: unknown): Promise<void> {
  if (!(error instanceof ProcmanError) || error.problem.code !== "OPERATION_TIMEOUT") return;
  const { results = [] } = error.problem.details as { results?: readonly ActionResult[] };
  await annotateResults(context, results);
}

async function annotate(
  { client, place }: CommandContext,
  id: string,
  { title, reason }: { readonly title: string; readonly reason: string },
): Promise<void> {
  const found = await client.ask("why", { ...place, target: id }).catch(() => null);
  const tail = (found?.tail ?? []).map((line) => plain(Buffer.from(line)).trimEnd());
  const { process } = parseInstanceId(id as InstanceId);
  const output = tail.length === 0 ? [] : ["", `The last output of ${process}:`, ...tail];
  writeAll(2, `${annotation("error", title, [reason, ...output].join("\n"))}\n`);
}
