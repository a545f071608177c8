/** A pm2 ecosystem file. What procman has no word for is left out, and that is said. */

import { dirname } from "node:path";
import { Lines } from "../documents/lines.ts";
import { isDataFile, readDocument } from "../documents/read.ts";
import { runProgram } from "../program.ts";
import { isMap } from "../tree.ts";
import {
  failed,
  imported,
  type Imported,
  type Importer,
  type ImportRequest,
  legalNames,
  present,
} from "./importer.ts";
import { type App, leftOutOf, nameOf, processOf, withPlainKeys } from "./pm2-app.ts";
import { environmentsOf, type NamedApp } from "./pm2-env.ts";

export const pm2: Importer = {
  files: ["js", "cjs", "mjs", "ts", "json", "yaml", "yml"].map(
    (ending) => `ecosystem.config.${ending}`,
  ),
  read,
};

async function read(request: ImportRequest): Promise<Imported> {
  const content = await contentOf(request);
  if (!content.ok) return content;
  const apps = appsOf(content.data);
  if (apps === null) return failed("it has no list `apps`");
  const scriptless = apps.find((app) => typeof app["script"] !== "string");
  if (scriptless) return failed(`app "${nameOf(scriptless)}" has no \`script\``);
  const renamed = legalNames(apps.map(nameOf));
  if (!renamed.ok) return failed(renamed.message);

  const named = apps.map((app): NamedApp => ({ name: renamed.names.get(nameOf(app))!, app }));
  const { shared, profiles, ofApps } = environmentsOf(named);
  const processes = named.map(({ name, app }) => {
    const process = processOf(app, dirname(request.file));
    const env = ofApps.get(name);
    // It is given by procman.
    if (env !== undefined && process["port"] !== undefined) delete env["PORT"];
    return [name, present({ ...process, env })] as const;
  });
  const data = {
    ...present({ env: shared, profiles }),
    processes: Object.fromEntries(processes),
  };
  const notices = named.flatMap(({ name, app }) => leftOutOf(name, app));
  return imported(data, new Lines(), [
    ...renamed.notices,
    ...leftOutOfFile(content.data),
    ...notices,
  ]);
}

type Content = { readonly ok: true; readonly data: unknown } | Extract<Imported, { ok: false }>;

async function contentOf({ file, profiles, env }: ImportRequest): Promise<Content> {
  if (isDataFile(file)) {
    const document = await readDocument(file);
    return document.ok ? document : { ok: false, message: document.message, line: document.line };
  }
  const result = await runProgram({ file, profiles, env });
  if (result.ok) return result;
  const [fault] = result.faults;
  return { ok: false, message: fault?.message ?? "it failed", line: fault?.line ?? null };
}

/** `{ apps: [...] }`, `{ apps: {...} }`, a list of apps, or one app. */
function appsOf(data: unknown): readonly App[] | null {
  const apps = isMap(data) ? (data["apps"] ?? data) : data;
  const list = Array.isArray(apps) ? apps : [apps];
  if (!list.every(isMap)) return null;
  const plain = list.map(withPlainKeys);
  return plain.every((app) => "script" in app) ? plain : null;
}

function leftOutOfFile(data: unknown): string[] {
  if (!isMap(data) || data["apps"] === undefined) return [];
  const keys = Object.keys(data).filter((key) => key !== "apps");
  return keys.length === 0 ? [] : [`${keys.join(", ")} is left out`];
}
