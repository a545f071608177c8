/** A Procfile. It has names and command lines, and nothing else. */

import { relative } from "node:path";
import { type Exporter, type ExportedRun, quoted, runsOf } from "./exporter.ts";
import { unsaidOf } from "./unsaid.ts";

export const procfile: Exporter = (request) => {
  const { directory } = request.project;
  const { runs, notices } = runsOf(request);
  const lines = runs.map((run) => ({ run, line: `${run.name}: ${lineOf(run, directory)}` }));
  const fitting = lines.filter(({ line }) => !line.includes("\n"));
  const broken = lines.filter(({ line }) => line.includes("\n"));
  const processes = fitting.map(({ run }) => run.process);
  return {
    files: [{ name: "Procfile", text: fitting.map(({ line }) => `${line}\n`).join("") }],
    notices: [
      ...notices,
      ...broken.map(
        ({ run }) => `"${run.name}" is left out: its command or environment has several lines`,
      ),
      ...unsaidOf(processes, "a Procfile", ["env: null"]),
    ],
    next: "foreman start",
  };
};

/** The environment goes before the command, the directory before both. */
function lineOf({ process, env, unset, line, argv }: ExportedRun, directory: string): string {
  const changes = [
    ...unset.flatMap((name) => ["-u", name]),
    ...Object.entries(env).map(([name, value]) => `${quoted(name)}=${quoted(value)}`),
  ];
  const isWords = line === argv.map(quoted).join(" ");
  const command = isWords ? line : `sh -c ${quoted(line)}`;
  const whole = changes.length === 0 ? line : `env ${changes.join(" ")} ${command}`;
  const cwd = relative(directory, process.cwd);
  return cwd === "" ? whole : `cd ${quoted(cwd)} && ${whole}`;
}
