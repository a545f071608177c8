/** SIGTERM and SIGINT to the daemon: stops every process first, then itself. A second one kills them at once. */

import type { DaemonContext } from "./context.ts";
import type { DaemonLog } from "./daemon-log.ts";
import { stopEverything } from "./stop-everything.ts";

export function onTermination(context: DaemonContext, log: DaemonLog): void {
  let asked = 0;
  const terminate = (signal: NodeJS.Signals): void => {
    asked += 1;
    log.write("info", "daemon", `${signal}: stopping every process${asked > 1 ? " at once" : ""}`);
    if (asked > 1) void killEverything(context);
    else void stopThenEnd();
  };
  const stopThenEnd = async (): Promise<void> => {
    await stopEverything(context, null, new AbortController().signal);
    context.shutdown("exit");
  };
  process.on("SIGTERM", terminate);
  process.on("SIGINT", terminate);
  // The terminal that the daemon was started from may close; that is no reason to end.
  process.on("SIGHUP", () => log.write("info", "daemon", "SIGHUP: ignored"));
}

async function killEverything({ supervisor }: DaemonContext): Promise<void> {
  const instances = [...supervisor.world.instances.keys()];
  await supervisor.submit({
    kind: "instances-asked",
    instances,
    request: { kind: "kill-asked", withEverything: true },
  });
}
