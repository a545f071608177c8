/** The tools of MCP, carried out like commands that are typed in the directory where the server was started. */

import { isAbsolute, resolve } from "node:path";
import { CHANGES, LOOKS } from "../../client/client.ts";
import { own } from "../../model/own.ts";
import { operations } from "../../protocol/operations.ts";
import type { McpPort, RunRequest, UpRequest } from "../../transports/mcp/port.ts";
import { adHocInput } from "../ad-hoc-input.ts";
import type { CommandContext } from "../command.ts";
import { definingInput, loadDefinition } from "../project-definition.ts";
import { loggedLines } from "./logged-lines.ts";

export function clientPort(context: CommandContext): McpPort {
  const { client } = context;
  const placeOf: McpPort["placeOf"] = (project) =>
    project === null
      ? context.place
      : { project, directory: context.directory, exact: false, files: [] };
  return {
    placeOf,
    look: (name, input, signal) => client.look(name, input, { ...LOOKS, waits: true, signal }),
    change(name, input, signal) {
      const { repeatable } = operations[name];
      return client.change(name, input, { ...CHANGES, repeatable, signal });
    },
    lines: (request, signal) => loggedLines(context, request, signal),
    async run(request, signal) {
      const input = { ...(await runInput(at(context, request.project), request)), holder: null };
      return client.change("run", input, { ...CHANGES, repeatable: false, signal });
    },
    up: (request, signal) => up(context, request, signal),
  };
}

/** The same in another project. */
function at(context: CommandContext, project: string | null): CommandContext {
  if (project === null) return context;
  const place = { project, directory: context.directory, exact: false, files: [] };
  return { ...context, place };
}

async function runInput(context: CommandContext, { command, cwd, ...request }: RunRequest) {
  const directory = cwd ?? ".";
  const input = await adHocInput(context, {
    ...request,
    command,
    program: /\S+/.exec(command)?.[0] ?? "",
    cwd: isAbsolute(directory) ? directory : resolve(context.directory, directory),
  });
  return input;
}

/** Null for what the configuration does not have, which may still be known to the daemon. */
async function up(
  context: CommandContext,
  { project, targets, timeoutMs }: UpRequest,
  signal: AbortSignal,
) {
  if (project !== null || !context.place.exact) return null;
  const definition = await loadDefinition(context);
  const { processes } = definition.loaded.spec;
  const isKnown = (target: string): boolean =>
    own(processes, target.replace(/\.\d+$/, "")) !== undefined;
  if (!targets.every(isKnown)) return null;
  const defined = { ...definingInput(context, definition), targets };
  const input = { ...defined, holder: null, until: "ready", timeoutMs } as const;
  const output = await context.client.change("up", input, { ...CHANGES, signal });
  const named = output.results.filter(({ id }) => targets.some((it) => names(it, id)));
  const failed = output.results.filter(({ error }) => error !== null);
  return [...failed, ...named.filter((it) => !failed.includes(it))];
}

function names(target: string, id: string): boolean {
  const name = id.slice(id.indexOf("/") + 1);
  return name === target || name.replace(/\.\d+$/, "") === target;
}
