/** A process-compose.yaml. What procman has no word for is left out, and that is said. */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Lines } from "../documents/lines.ts";
import { readDocument } from "../documents/read.ts";
import { isMap } from "../tree.ts";
import {
  failed,
  imported,
  type Imported,
  type Importer,
  type ImportRequest,
  legalNames,
  present,
  textOf,
} from "./importer.ts";
import { leftOutOf, processOf } from "./process-compose-process.ts";
import { environment, Templates } from "./process-compose-text.ts";

export const processCompose: Importer = {
  files: ["process-compose.yaml", "process-compose.yml"],
  read,
};

/** Keys at the top that are read below, or that change nothing here. */
const KNOWN = new Set(
  "version processes environment env_file shell vars is_strict name log_level log_length disable_env_expansion".split(
    " ",
  ),
);

async function read({ file }: ImportRequest): Promise<Imported> {
  const document = await readDocument(file);
  if (!document.ok) return failed(document.message, document.line);
  const { data } = document;
  if (!isMap(data) || !isMap(data["processes"])) return failed("it has no map `processes`");
  const given = data["processes"];
  const renamed = legalNames(Object.keys(given));
  if (!renamed.ok) return failed(renamed.message);

  const lines = new Lines();
  const templates = new Templates(data["vars"]);
  const notices = [...renamed.notices, ...overridesBeside(file)];
  const unknown = Object.keys(data).filter((key) => !KNOWN.has(key) && !key.startsWith("x-"));
  if (unknown.length > 0) notices.push(`of the project, ${unknown.join(", ")} is left out`);
  const processes: Record<string, Record<string, unknown>> = {};
  for (const [name, entry] of Object.entries(given)) {
    const fits = renamed.names.get(name)!;
    const line = document.lines.of(["processes", name]);
    if (!isMap(entry)) return failed(`process "${name}" is no map`, line);
    lines.add(["processes", fits], line ?? 1, 0);
    const whole = templates.fill(entry);
    processes[fits] = processOf(whole, renamed.names);
    notices.push(...leftOutOf(fits, whole));
  }
  const project = present({
    name: data["name"],
    env: environment(templates.fill(data["environment"])),
    envFile: data["env_file"] ?? [".env?"],
    defaults: { shell: shellOf(data["shell"]) },
  });
  return imported({ ...project, processes }, lines, notices);
}

/** process-compose merges these by itself. */
function overridesBeside(file: string): string[] {
  const names = ["process-compose.override.yaml", "process-compose.override.yml"];
  return names
    .filter((name) => existsSync(join(dirname(file), name)))
    .map((name) => `${name} beside it is not read: lay it over as procman.local.yaml`);
}

/** There it is bash, unless the file says otherwise. */
function shellOf(value: unknown): string | readonly string[] {
  if (!isMap(value) || typeof value["shell_command"] !== "string") return "bash -c";
  return [value["shell_command"], textOf(value["shell_argument"] ?? "-c")];
}
