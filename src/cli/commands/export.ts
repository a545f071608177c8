/** `procman export`. */

import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Exported, ExportedFile } from "../../config/exporters/exporter.ts";
import type { LoadedProject } from "../../config/load.ts";
import { EXIT, fail } from "../../model/errors.ts";
import { nearest } from "../../model/nearest.ts";
import type { ProjectSpec } from "../../model/spec.ts";
import { maskSecrets } from "../../protocol/secrets.ts";
import type { Command, CommandContext } from "../command.ts";
import { definedProcesses } from "../definition-targets.ts";

const FORMATS = ["procfile", "pm2", "process-compose", "compose", "systemd"];

export const command: Command = {
  usage: FORMATS.join("|"),
  summary: "write the project in the format of another tool",
  details: `Everything in it is resolved: variables of this shell have their values. What the other format cannot say is told
on stderr. Without --out it goes to stdout; to a directory each file goes by its own name.`,
  flags: {
    out: { type: "string", description: "a file, or a directory", valueHint: "DIR|FILE" },
    force: { type: "boolean", description: "overwrite what is there" },
  },
  examples: [
    ["procman export systemd --out units", "a unit for each process, and a target for all"],
    ["procman export procfile", "a Procfile on stdout"],
    ["procman export compose --profile production --out compose.yaml", "with a profile chosen"],
  ],
  async run(context) {
    const { args, json, print, say } = context;
    const [format = "", ...more] = args.words;
    // Loaded here: help and completion do without the exporters.
    const { EXPORTERS } = await import("../../config/exporters/export.ts");
    const exporter = Object.hasOwn(EXPORTERS, format) ? EXPORTERS[format] : undefined;
    if (exporter === undefined || more.length > 0) return unknownFormat(args.words);
    const { loadDefinition } = await import("../project-definition.ts");
    const { loaded, callerEnv } = await loadDefinition(context);
    const exported = exporter({ project: asSelected(loaded), callerEnv });
    const secrets = secretsOf(loaded.spec);
    const paths = pathsOf(context, exported);
    if (paths !== null) write(context, exported.files, paths, secrets.length > 0);

    const notices = [
      ...exported.notices,
      ...(secrets.length === 0 ? [] : [`it holds secrets: ${secrets.join(", ")}`]),
    ];
    for (const notice of notices) say(notice);
    if (json) print(JSON.stringify({ format, files: answer(exported.files, paths), notices }));
    else if (paths === null) print(asText(exported.files));
    if (paths !== null) say(`Wrote ${paths.join(", ")}.\nNext: ${exported.next}`);
    return EXIT.ok;
  },
};

function unknownFormat(words: readonly string[]): never {
  const formats = `It is one of ${FORMATS.join(", ")}.`;
  if (words.length === 0) return fail("USAGE", "Cannot export: no format was named", formats);
  const near = nearest(words[0] ?? "", FORMATS);
  const hint = near === null ? formats : `Did you mean '${near}'?`;
  return fail("USAGE", `Cannot understand 'export ${words.join(" ")}'`, hint);
}

/** What the chosen profiles name is what starts by itself. */
function asSelected({ spec, selection }: LoadedProject): ProjectSpec {
  if (selection === null) return spec;
  const selected = definedProcesses(spec, selection);
  const processes = Object.entries(spec.processes).map(
    ([name, process]) => [name, { ...process, autostart: selected.has(name) }] as const,
  );
  return { ...spec, processes: Object.fromEntries(processes) };
}

/** Where each file goes; null for stdout. */
function pathsOf({ args, directory }: CommandContext, { files }: Exported): string[] | null {
  const out = args.text("out");
  if (out === null || out === "-") return null;
  const path = resolve(directory, out);
  const isDirectory =
    files.length > 1 ||
    out.endsWith("/") ||
    statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return files.map(({ name }) => (isDirectory ? join(path, name) : path));
}

function write(
  { args }: CommandContext,
  files: readonly ExportedFile[],
  paths: readonly string[],
  isPrivate: boolean,
): void {
  const there = paths.filter((path) => existsSync(path));
  if (there.length > 0 && !args.isSet("force")) {
    fail(
      "USAGE",
      `Cannot write ${there.join(", ")}: it is there already`,
      "--force overwrites it.",
    );
  }
  for (const [at, path] of paths.entries()) {
    try {
      mkdirSync(resolve(path, ".."), { recursive: true });
      writeFileSync(path, files[at]?.text ?? "", { mode: isPrivate ? 0o600 : 0o666 });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      fail("USAGE", `Cannot write ${path}: ${why}`);
    }
  }
}

function answer(files: readonly ExportedFile[], paths: readonly string[] | null) {
  return files.map(({ name, text }, at) => ({ name, path: paths?.[at] ?? null, text }));
}

/** Several files are told apart by their names. */
function asText(files: readonly ExportedFile[]): string {
  const [only, ...more] = files.map(({ text }) => text.trimEnd());
  if (more.length === 0) return only ?? "";
  return files
    .map(({ name, text }) => `# ${name}\n${text.trimEnd()}\n`)
    .join("\n")
    .trimEnd();
}

/** The names of variables whose values had better not be seen. */
function secretsOf({ processes }: ProjectSpec): readonly string[] {
  const found = Object.values(processes).flatMap(({ env }) => {
    const given = Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== null && entry[1] !== "",
    );
    const masked = maskSecrets(Object.fromEntries(given));
    return given.filter(([name, value]) => masked[name] !== value).map(([name]) => name);
  });
  return [...new Set(found)];
}
