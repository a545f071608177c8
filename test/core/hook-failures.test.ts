/** A hook after becoming ready that must not fail, failing while its process waits to go down. */

import { expect, test } from "bun:test";
import type { InstanceId } from "../../src/model/ids.ts";
import type { Dependency } from "../../src/model/spec.ts";
import type { InstanceState } from "../../src/model/state.ts";
import { Clockwork, JOB, START, STOP } from "./clockwork.ts";

const WEB: InstanceId = "shop/web.1";
const ON_JOB: Dependency = {
  process: "job",
  condition: "started",
  required: true,
  restart: false,
  timeoutMs: null,
};

/** The job is ready and asked to stop, and waits for what needs it, which takes no notice of signals. */
function leaving(): { clock: Clockwork; fail: (what: string) => void } {
  const clock = new Clockwork({}, { web: { dependsOn: [ON_JOB] } });
  clock.ask(START);
  clock.ask(START, WEB);
  clock.isStubborn = true;
  clock.take({ kind: "instances-asked", instances: [JOB, WEB], request: STOP });
  expect(clock.states()).toEqual({ "job.1": "leaving", "web.1": "stopping" });
  return {
    clock,
    fail(what) {
      const { state } = clock.job();
      if (!("run" in state)) throw new Error("the job has no run");
      const report = { kind: "hook-failed", what, reason: "exited with code 1" } as const;
      clock.take({ kind: "run-reported", instance: JOB, runId: state.run.id, report });
    },
  };
}

test.each<[string, InstanceState["kind"]]>([
  ["hooks.afterReady", "stopping"],
  ["hooks.afterExit", "running"],
])("when its stop is taken back after %s failed, it is %s", (what, state) => {
  const { clock, fail } = leaving();
  fail(what);
  expect(clock.job().state.kind).toBe("leaving");
  clock.ask(START);
  expect(clock.job().state.kind).toBe(state);
});

test("when its stop is not taken back, it has stopped", () => {
  const { clock, fail } = leaving();
  fail("hooks.afterReady");
  clock.isStubborn = false;
  clock.pass(60_000);
  expect(clock.states()).toEqual({ "job.1": "stopped", "web.1": "killed" });
});
