/** The output plane, with what it tells brought to the daemon's log and to the loop. */

import { createOutput } from "../logs/output.ts";
import type { OutputPlane } from "../logs/plane.ts";
import type { Input } from "../model/inputs.ts";
import type { DaemonLog } from "./daemon-log.ts";

export function openOutput(
  home: string,
  log: DaemonLog,
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
    trouble,
    onRotated: ({ instance, runId }, rotated) =>
      tell({ kind: "output-rotated", instance, runId, ...rotated }),
    onDropped: ({ instance, runId }, dropped) =>
      tell({ kind: "output-dropped", instance, runId, ...dropped }),
  });
}
