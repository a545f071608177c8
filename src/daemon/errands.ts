/** What the daemon does for processes beside running them: it probes, runs commands, tells of alerts, keeps pid files. */

import { join } from "node:path";
import { createNotifier } from "../observers/notifier.ts";
import { chance } from "../platform/chance.ts";
import { openCommandJournal } from "../platform/command-journal.ts";
import { createPidFiles } from "../platform/pid-files.ts";
import { createProber } from "../platform/prober.ts";
import { runCommand } from "../platform/run-command.ts";
import type { Gauge, Hearing, Output, RunCommand } from "../supervisor/ports.ts";

export interface ErrandOptions {
  readonly home: string;
  readonly output: Pick<Output, "search">;
  readonly hearing: Hearing;
  readonly gauge: Gauge;
}

export function openErrands({ home, output, hearing, gauge }: ErrandOptions) {
  const commands = openCommandJournal(join(home, "commands"));
  const search = output.search.bind(output);
  const prober = createProber({ search, chance, hearing, gauge, commands });
  const run: RunCommand = (request) => runCommand(request, { journal: commands, scratch: home });
  return { prober, run, notifier: createNotifier({ run, chance }), pidFiles: createPidFiles() };
}
