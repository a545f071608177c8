/** Processes seen from outside, as a table for people. */

import { ago } from "../../model/ago.ts";
import { printable } from "../../model/printable.ts";
import type { Stranger } from "../../protocol/strangers.ts";
import { terminalWidth } from "../terminal.ts";
import { table } from "./table.ts";

export function strangersTable(strangers: readonly Stranger[]): string[] {
  return table(
    [
      { title: "PID", right: true },
      { title: "USER" },
      { title: "PORTS" },
      { title: "PROCESS" },
      { title: "AGE", right: true },
      { title: "COMMAND", flexible: true },
      { title: "DIRECTORY", flexible: true },
    ],
    strangers.map((it) => [
      String(it.pid),
      it.user ?? "-",
      it.ports.length === 0 ? "-" : it.ports.join(","),
      it.id ?? (it.process === null ? "-" : `${it.project}/${it.process} (not running)`),
      ago(it.ageMs),
      it.command,
      printable(it.cwd ?? "-"),
    ]),
    terminalWidth(),
  );
}
