/** A Procfile, with foreman's ways: `.env` is read, `.foreman` says how many run, and a port is given to each process
 *  that asks for one, a hundred above the one before. */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { escapeTemplate } from "../../model/template.ts";
import { Lines } from "../documents/lines.ts";
import { readText } from "../documents/read.ts";
import { parseEnvFile } from "../env-file.ts";
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

export const procfile: Importer = { files: ["Procfile"], read };

const LINE = /^([A-Za-z0-9_-]+)\s*:\s*(.+)$/;
const FIRST_PORT = 5_000;
const PORT_STEP = 100;

function read({ file, env }: ImportRequest): Imported {
  const text = readText(file);
  if (typeof text !== "string") return failed(text.message);
  const entries: { name: string; command: string; line: number }[] = [];
  for (const [index, row] of text.split(/\r?\n/).entries()) {
    const content = row.trim();
    if (content === "" || content.startsWith("#")) continue;
    const found = LINE.exec(content);
    if (!found)
      return failed(`expected "name: command", got ${JSON.stringify(content)}`, index + 1);
    entries.push({ name: found[1]!, command: found[2]!, line: index + 1 });
  }
  const renamed = legalNames(entries.map((entry) => entry.name));
  if (!renamed.ok) return failed(renamed.message);

  const directory = dirname(file);
  const options = foremanOptions(directory);
  const envFiles = options["env"] === undefined ? [".env?"] : textOf(options["env"]).split(",");
  const lines = new Lines();
  const firstPort = firstPortOf(directory, envFiles, options, env);
  const formation = formationOf(options);
  const processes = entries.map(({ name, command, line }, index) => {
    const fits = renamed.names.get(name)!;
    lines.add(["processes", fits], line, 0);
    const instances = formation.get(name) ?? formation.get("all") ?? 0;
    // On Heroku it is the process `web` that is given one.
    const hasPort = name === "web" || /\bPORT\b/.test(command);
    const process = present({
      command: escapeTemplate(command),
      // Instance n gets the port plus n - 1, there too.
      ...(hasPort ? { port: firstPort + index * PORT_STEP, balance: "none" } : {}),
      instances: instances > 1 ? instances : undefined,
      autostart: instances === 0 ? false : undefined,
    });
    return [fits, process] as const;
  });
  const timeout = options["timeout"];
  const data = {
    envFile: envFiles,
    ...(timeout === undefined ? {} : { defaults: { stop: { timeout: `${textOf(timeout)}s` } } }),
    processes: Object.fromEntries(processes),
  };
  return imported(data, lines, renamed.notices);
}

/** Command-line options for which a file stands in; one that cannot be read is foreman's affair. */
function foremanOptions(directory: string): Readonly<Record<string, unknown>> {
  const text = existsSync(join(directory, ".foreman")) ? readText(join(directory, ".foreman")) : "";
  if (typeof text !== "string") return {};
  try {
    const options: unknown = Bun.YAML.parse(text);
    return isMap(options) ? options : {};
  } catch {
    return {};
  }
}

/** `web=2,worker=0`, or `all=1`: one of each that is not named, unless something is. */
function formationOf(options: Readonly<Record<string, unknown>>): ReadonlyMap<string, number> {
  const text = options["formation"] ?? options["concurrency"] ?? "all=1";
  const pairs = textOf(text).replaceAll(/\s/g, "").split(",");
  return new Map(
    pairs.map((pair) => {
      const [name = "", amount = "1"] = pair.split("=");
      return [name, Number(amount) || 0];
    }),
  );
}

function firstPortOf(
  directory: string,
  envFiles: readonly string[],
  options: Readonly<Record<string, unknown>>,
  env: ImportRequest["env"],
): number {
  const inFiles = envFiles.map((name) => {
    const text = readText(join(directory, name.replace(/\?$/, "")));
    const content = typeof text === "string" ? parseEnvFile(text) : null;
    return content?.ok === true ? content.variables["PORT"] : undefined;
  });
  const given = [options["port"], ...inFiles, env["PORT"]].map(Number);
  return given.find((port) => Number.isInteger(port) && port > 0) ?? FIRST_PORT;
}
