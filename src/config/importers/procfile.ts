/** A Procfile, with foreman's ways: `.env` is read, and each process gets a PORT a hundred above the one before. */

import { escapeTemplate } from "../../model/template.ts";
import { Lines } from "../documents/lines.ts";
import { readText } from "../documents/read.ts";
import {
  failed,
  type Imported,
  type Importer,
  type ImportRequest,
  legalNames,
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

  const lines = new Lines();
  const firstPort = Number(env["PORT"]) || FIRST_PORT;
  const processes = entries.map(({ name, command, line }, index) => {
    const fits = renamed.names.get(name)!;
    lines.add(["processes", fits], line, 0);
    const port = /\bPORT\b/.test(command) ? { port: firstPort + index * PORT_STEP } : {};
    return [fits, { command: escapeTemplate(command), ...port }] as const;
  });
  return {
    ok: true,
    data: { envFile: [".env?"], processes: Object.fromEntries(processes) },
    lines,
    notices: renamed.notices,
  };
}
