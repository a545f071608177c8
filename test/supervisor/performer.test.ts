/** What the performer makes of the world's answers. */

import { expect, test } from "bun:test";
import type { Effect } from "../../src/model/effects.ts";
import { describeExit } from "../../src/model/exit.ts";
import type { Input } from "../../src/model/inputs.ts";
import type { LogSpec } from "../../src/model/spec.ts";
import { Performer, type PerformerPorts } from "../../src/supervisor/performer.ts";
import type { ObservedExit } from "../../src/supervisor/ports.ts";

/** The exit that is told of when a run ends so, in a group in which the kernel has killed something. */
function exitToldOf(exit: ObservedExit, isShort: boolean) {
  const told: Input[] = [];
  const ports = {
    clock: { now: () => ({ wallMs: 1, monoMs: 1 }) },
    output: { resume() {} },
    channels: { begin() {} },
    processes: {
      watch(_: unknown, onExit: (exit: ObservedExit) => void) {
        onExit(exit);
        return () => {};
      },
      ranOutOfMemory: () => isShort,
    },
  } as unknown as PerformerPorts;
  const performer = new Performer(
    ports,
    (input) => told.push(input),
    () => {},
  );
  const identity = { pid: 1, startTicks: "1" };
  const run = { instance: "shop/api.1", runId: "home-1", pidFile: null } as const;
  performer.perform({ kind: "adopt", ...run, identity, log: {} as LogSpec });
  const [input] = told;
  const report = input?.kind === "run-reported" ? input.report : null;
  return report?.kind === "exited" ? report.exit : null;
}

const how = (code: number | null, signal: string | null): ObservedExit => ({
  code,
  signal,
  oomKilled: false,
  known: code !== null || signal !== null,
});

test.each([
  ["SIGKILL", how(null, "SIGKILL"), true, "killed: out of memory"],
  ["the code of a shell whose child was killed", how(137, null), true, "killed: out of memory"],
  ["an end that nobody saw", how(null, null), true, "killed: out of memory"],
  ["success", how(0, null), true, "exited with code 0"],
  ["SIGKILL by somebody else", how(null, "SIGKILL"), false, "was killed by SIGKILL"],
])("an end by %s is told as what it was", (_, exit, isShort, text) => {
  const told = exitToldOf(exit, isShort);
  expect(told?.oomKilled).toBe(text === "killed: out of memory");
  expect(told === null ? null : describeExit(told)).toBe(text);
});

test("that a process cannot be spawned is told when its pipes are gone, as it may get the same ones again", async () => {
  const drained = Promise.withResolvers<void>();
  const told: Input[] = [];
  const error = { code: "EADDRINUSE", message: "port 3000 is taken", transient: true };
  const ports = {
    output: {
      open: () => ({ stdoutFd: -1, stderrFd: -1, close() {} }),
      drain: () => drained.promise,
    },
    channels: { begin() {}, end: async () => {} },
    processes: { shortage: () => null, spawn: () => ({ ok: false, error }) },
  } as unknown as PerformerPorts;
  const performer = new Performer(
    ports,
    (input) => told.push(input),
    () => {},
  );
  const effect = { kind: "spawn", instance: "shop/api.1", runId: "home-1", adopt: false };
  const rest = { before: null, pidFile: null, launch: {} };
  performer.perform({ ...effect, ...rest } as unknown as Effect);
  await Bun.sleep(0);
  expect(told).toEqual([]);
  drained.resolve();
  await Bun.sleep(0);
  expect(told).toMatchObject([{ report: { kind: "spawn-failed", error } }]);
});
