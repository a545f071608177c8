/** The output of all runs: makes their pipes, moves what comes through them to the log files, and drains them at their
 *  end. With splice where there is one, by reading and writing elsewhere. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { dropInterrupted } from "./compression.ts";
import { tryLibc } from "./libc.ts";
import type { OutputOptions } from "./options.ts";
import type { OutputPlane } from "./plane.ts";
import { PumpedOutput } from "./pumped-output.ts";
import { SplicedOutput } from "./spliced-output.ts";

export function createOutput(options: OutputOptions): OutputPlane {
  mkdirSync(join(options.home, "logs"), { recursive: true, mode: 0o700 });
  dropInterrupted(options.home);
  const libc = options.splice === false ? null : tryLibc();
  if (libc === null) return new PumpedOutput(options);
  const plane = new SplicedOutput(options, libc);
  plane.start();
  return plane;
}
