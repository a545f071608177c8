/** Measures procman, beside bare Bun and `cat` in the same run: `bun bench/run.ts [SUBJECT…] [--json] [--sources]`. */

import { balance } from "./balance.ts";
import { capture } from "./capture.ts";
import { commands } from "./commands.ts";
import { configuration } from "./configuration.ts";
import { footprint } from "./footprint.ts";
import { logPeers } from "./log-peers.ts";
import { logViews } from "./log-views.ts";
import { messages } from "./messages.ts";
import { metering } from "./metering.ts";
import { probes } from "./probes.ts";
import { render, type Row } from "./row.ts";
import { startStop } from "./start-stop.ts";
import { startUp } from "./start-up.ts";

const SUBJECTS: Readonly<Record<string, () => Promise<Row[]>>> = {
  commands,
  "start-up": startUp,
  configuration,
  "start-stop": startStop,
  footprint,
  capture,
  "log-views": logViews,
  "log-peers": logPeers,
  probes,
  messages,
  metering,
  balance,
};

const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const unknown = words.find((word) => !Object.hasOwn(SUBJECTS, word));
if (unknown !== undefined) {
  console.error(
    `There is no subject '${unknown}': it is one of ${Object.keys(SUBJECTS).join(", ")}`,
  );
  process.exit(2);
}
for (const [name, measure] of Object.entries(SUBJECTS)) {
  if (words.length > 0 && !words.includes(name)) continue;
  for (const row of await measure()) {
    console.log(process.argv.includes("--json") ? JSON.stringify(row) : render(row));
  }
}
