/** Operations on log files: flush, capture, and reading for those who cannot. */

import { LOG_STREAMS, logPath } from "../../logfile/paths.ts";
import { fail, problem } from "../../model/errors.ts";
import type { CaptureInput, CaptureNews } from "../../protocol/capture.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import { resultOf } from "./outcomes.ts";
import { logRequest } from "./log-request.ts";
import { select } from "./selection.ts";

export function logOperations(
  context: DaemonContext,
): Pick<Handlers, "capture" | "flush" | "logs"> {
  return {
    // What throws here is answered; what throws later cuts the stream.
    logs: (input, signal) => context.logReaders.read(logRequest(context, input), signal),

    capture(input, signal) {
      refuseProcess(context, input);
      // What throws here is answered; what throws later cuts the stream.
      if (input.ended) return ending(context.captures.end(input));
      return going(context.captures.begin(input), signal);
    },

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

async function* going(pipe: string, signal: AbortSignal): AsyncGenerator<CaptureNews> {
  yield { kind: "begun", pipe };
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  signal.throwIfAborted();
  await promise;
}

async function* ending(dropped: Promise<number>): AsyncGenerator<CaptureNews> {
  yield { kind: "ended", droppedBytes: await dropped };
}

/** Its output is captured already. One that was defined since the capture began does not end it. */
function refuseProcess({ supervisor }: DaemonContext, input: CaptureInput): void {
  const { project, name, resumes } = input;
  const spec = supervisor.world.projects.get(project)?.spec;
  if (resumes || !Object.hasOwn(spec?.processes ?? {}, name)) return;
  fail(
    "NAME_TAKEN",
    `Cannot capture ${project}/${name}: a process of the project has that name`,
    `Choose another name; 'procman logs ${name}' shows what the process writes.`,
  );
}
