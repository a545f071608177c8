/** Operations on log files: flush. Reading them needs no daemon. */

import { LOG_STREAMS, logPath } from "../../logfile/paths.ts";
import { problem } from "../../model/errors.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import { resultOf } from "./outcomes.ts";
import { select } from "./selection.ts";

export function logOperations(context: DaemonContext): Pick<Handlers, "flush"> {
  return {
    async flush(input) {
      const { world } = context.supervisor;
      const logsOf = select(context, input).map((instance) => ({
        id: instance.id,
        logs: LOG_STREAMS.map((stream) => logPath(world.home, instance, stream)),
      }));
      const emptied = await context.output.flush(logsOf.flatMap(({ logs }) => logs));
      const results = logsOf.map(({ id, logs }) => {
        const own = emptied.filter(({ log }) => logs.includes(log));
        const failure = own.find((it) => it.failure !== null)?.failure ?? null;
        const error =
          failure === null ? null : problem("COMMAND_FAILED", `Cannot flush ${id}: ${failure}`);
        return resultOf(
          world,
          id,
          "flush",
          own.some(({ hadBytes }) => hadBytes),
          error,
        );
      });
      return { results };
    },
  };
}
