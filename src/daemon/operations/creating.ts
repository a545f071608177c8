/** What the operation `create` starts: an ad-hoc process from keys, as a configuration has them. What checks those is
 *  loaded when somebody asks for it. */

import { basename, resolve } from "node:path";
import { fail, ProcmanError } from "../../model/errors.ts";
import { AD_HOC_PROJECT, processNameProblem, slug } from "../../model/ids.ts";
import type { CreateInput } from "../../protocol/create.ts";
import type { RunInput } from "../../protocol/definition-inputs.ts";
import { placeOf } from "../../protocol/place.ts";
import type { DaemonContext } from "../context.ts";

/** A suffix has to fit behind it. */
const NAME_LENGTH = 56;

export async function runInputOf(context: DaemonContext, input: CreateInput): Promise<RunInput> {
  const place = placeOf(input.project);
  const known = context.projects.find(place);
  const isAdHoc = known === null || known.spec.name === AD_HOC_PROJECT;
  // Those that belong to no project begin where a login would.
  const directory = isAdHoc ? (process.env["HOME"] ?? "/") : known.spec.directory;
  const callerEnv = ownEnvironment();
  const name = input.name ?? nameAfter(input.keys["command"]);
  const wrong = processNameProblem(name);
  if (wrong !== null) fail("INVALID_PARAMETER", `Cannot use the name '${name}': ${wrong}`);
  const { adHocFromKeys } = await import("../../config/ad-hoc.ts");
  const made = adHocFromKeys({ name, directory, callerEnv, keys: input.keys });
  if (!made.ok) refuse(made.problems);
  return {
    ...place,
    project: known?.spec.name ?? null,
    directory: resolve(directory),
    definition: null,
    nameIsExplicit: false,
    process: made.process,
    isNamed: input.name !== null,
    reserved: [],
    callerEnv,
    holder: null,
    ...(input.again === true ? {} : { fresh: true as const }),
  };
}

/** All of them, in the first that is told. */
function refuse(problems: AdHocProblems): never {
  const [first, ...others] = problems;
  if (first === undefined) fail("CONFIG_INVALID", "Cannot understand the process");
  if (others.length === 0) throw new ProcmanError(first);
  const faults = problems.map(({ code, message, hint, details }) => {
    return { code, message, hint, path: details["path"] ?? null };
  });
  const message = `${first.message} (and ${others.length} more)`;
  throw new ProcmanError({ ...first, message, details: { ...first.details, faults } });
}

type AdHocProblems = readonly ConstructorParameters<typeof ProcmanError>[0][];

function nameAfter(command: unknown): string {
  const [first] = Array.isArray(command) ? (command as unknown[]) : [command];
  const program = typeof first === "string" ? (first.trim().split(/\s/)[0] ?? "") : "";
  const name = slug(basename(program)).slice(0, NAME_LENGTH);
  if (processNameProblem(name) === null) return name;
  return name === "" ? "command" : `${name}-command`;
}

function ownEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith("BUN_"),
  );
  return Object.fromEntries(entries);
}
