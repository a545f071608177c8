/** The output plane and what holds its pipes, with what they tell brought to the daemon's log and to the loop. */

import { join } from "node:path";
import { createOutput } from "../logs/output.ts";
import type { OutputPlane } from "../logs/plane.ts";
import type { Input } from "../model/inputs.ts";
import { HeldPipes, openHolders } from "../platform/pipe-holder.ts";
import type { PipeHolder } from "../supervisor/ports.ts";
import type { DaemonLog } from "./daemon-log.ts";

export function openHolder(home: string, log: DaemonLog): HeldPipes {
  return new HeldPipes(openHolders(join(home, "run")), (what, error) => {
    log.trouble("logs", what, error);
  });
}

export function openOutput(
  home: string,
  log: DaemonLog,
  holder: PipeHolder,
  submit: (input: Input) => Promise<void>,
): OutputPlane {
  const trouble = (what: string, error: unknown): void => log.trouble("logs", what, error);
  const tell = (input: Input): void => {
    // Refused when too many wait; what was lost is counted all the same.
    Promise.try(() => submit(input)).catch((error: unknown) => {
      trouble(`cannot tell of ${input.kind}`, error);
    });
  };
  return createOutput({
    home,
    holder,
    trouble,
    onRotated: ({ instance, runId }, rotated) =>
      tell({ kind: "output-rotated", instance, runId, ...rotated }),
    onDropped: ({ instance, runId }, dropped) =>
      tell({ kind: "output-dropped", instance, runId, ...dropped }),
  });
}
