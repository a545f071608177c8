/** Operations on the daemon itself. */

import { fail } from "../../model/errors.ts";
import { PROTOCOL, VERSION } from "../../protocol/version.ts";
import { publicState, type PublicState } from "../../protocol/status.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import { sameProgram } from "../hand-over.ts";
import { faultOf } from "../self-test.ts";
import { stopEverything } from "../stop-everything.ts";

type DaemonOperations = Pick<Handlers, "daemon-status" | "daemon-stop" | "daemon-restart">;

export function daemonOperations(context: DaemonContext): DaemonOperations {
  const { facts, supervisor } = context;
  return {
    async "daemon-status"() {
      const instances: Partial<Record<PublicState, number>> = {};
      for (const { state } of supervisor.world.instances.values()) {
        const name = publicState(state);
        instances[name] = (instances[name] ?? 0) + 1;
      }
      return {
        version: VERSION,
        protocol: PROTOCOL,
        ...facts.identity,
        home: facts.home,
        startedAt: new Date(facts.startedAtMs).toISOString(),
        bunVersion: Bun.version,
        projects: supervisor.world.projects.size,
        instances,
        lastSeq: supervisor.lastSeq,
        memoryBytes: process.memoryUsage.rss(),
        watchLimits: context.watching.limits(),
        listening: context.listening.present(),
      };
    },

    async "daemon-stop"({ leaveRunning, timeoutMs }, signal) {
      const results = leaveRunning ? [] : await stopEverything(context, timeoutMs, signal);
      context.shutdown("exit");
      return { results };
    },

    async "daemon-restart"({ command }) {
      const next = command ?? sameProgram();
      const fault = await faultOf(next, facts.home);
      if (fault !== null) {
        const hint = `The daemon goes on as it was (pid ${process.pid}). Install procman anew, then ask again.`;
        fail(
          "DAEMON_START_FAILED",
          `Cannot replace the daemon by the program on disk: ${fault}`,
          hint,
        );
      }
      context.shutdown("exec", next);
      return { pid: process.pid };
    },
  };
}
