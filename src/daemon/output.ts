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
  return createOutput({
    home,
    trouble,
    onRotated: (path) => log.write("debug", "logs", `rotated ${path}`),
    onDropped({ instance, runId }, dropped) {
      const input: Input = { kind: "output-dropped", instance, runId, ...dropped };
      // Refused when too many wait; the count is kept all the same.
      Promise.try(() => submit(input)).catch((error: unknown) => {
        trouble("cannot tell what was dropped", error);
      });
    },
  });
}
