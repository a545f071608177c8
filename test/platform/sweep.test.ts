/** Sweeping: nothing of a run is left, whatever it did to hide, and nothing else is touched. */

import { expect, spyOn, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { openCgroups } from "../../src/platform/cgroups.ts";
import { processTable } from "../../src/platform/process-table.ts";
import { eventually, fixture, lives, Stage, type Actor } from "./stage.ts";

const forker = fixture("forker.py");
const hasCgroups = openCgroups() !== null;

/** With the control groups of this machine, and by the process table alone. */
const WAYS = hasCgroups
  ? ([
      ["by control group", {}],
      ["by process table", { cgroups: null }],
    ] as const)
  : ([["by process table", { cgroups: null }]] as const);

/** Ends the leader, sweeps, and expects the pid that it printed to be gone. */
async function stop(stage: Stage, actor: Actor, graceMs?: number): Promise<void> {
  stage.processes.signalGroup(actor.identity, "SIGTERM");
  await actor.exit;
  await stage.sweep(actor, graceMs);
}

/** What the command lines of daemons and of their keepers end with. */
const daemonOf = (program: string): string =>
  `/bin/bun --config=/dev/null --no-env-file /lib/procman/${program} --home /home/me`;

for (const [way, means] of WAYS) {
  const LEFTOVERS = [
    ["F17: a child in the same group", "group"],
    ["F18: a child in a session of its own", "session"],
    ["F19: a child that daemonized with a double fork", "daemon"],
  ] as const;

  for (const [what, how] of LEFTOVERS) {
    test(`${what} is gone after its leader crashed (${way})`, async () => {
      await using stage = new Stage(means);
      const actor = stage.start([forker, how, "1"]);
      const pid = Number(await stage.says(actor));
      expect(await actor.exit).toMatchObject({ code: 1 });
      expect(lives(pid)).toBe(true);
      await stage.sweep(actor);
      expect(lives(pid)).toBe(false);
    });

    test(`${what} is gone after a stop (${way})`, async () => {
      await using stage = new Stage(means);
      const actor = stage.start([forker, how, "stay"]);
      const pid = Number(await stage.says(actor));
      await stop(stage, actor);
      expect(lives(pid)).toBe(false);
    });
  }

  test(`F15: what ignores the signal has its grace, then it is killed (${way})`, async () => {
    await using stage = new Stage(means);
    const actor = stage.start(["sh", "-c", `${fixture("stubborn.sh")} & echo $!; wait`]);
    const pid = Number((await stage.says(actor)).split("\n")[0]);
    await eventually("it to ignore signals", () => actor.stdout().includes("ready"));
    const began = performance.now();
    await stop(stage, actor, 300);
    expect(lives(pid)).toBe(false);
    expect(performance.now() - began).toBeGreaterThanOrEqual(290);
  });

  test(`F16: a stopped process hears the signal, and so does one that is left over (${way})`, async () => {
    await using stage = new Stage(means);
    const left = stage.start(["sh", "-c", "sleep 1000 & kill -STOP $!; echo $!; exit 1"]);
    const pid = Number(await stage.says(left));
    await left.exit;
    await stage.sweep(left);
    expect(lives(pid)).toBe(false);
    const stopped = stage.start(["sleep", "1000"]);
    process.kill(stopped.identity.pid, "SIGSTOP");
    stage.processes.signalGroup(stopped.identity, "SIGTERM");
    expect(await stopped.exit).toMatchObject({ signal: "SIGTERM" });
  });

  test(`F20: a chain of processes that fork faster than they can be looked at ends (${way})`, async () => {
    await using stage = new Stage(means);
    const actor = stage.start([forker, "hopper", "1"]);
    await stage.says(actor);
    await actor.exit;
    await stage.sweep(actor, 50);
    await expectRest(stage);
  });

  // Of the sources, and of the bundle.
  for (const program of ["daemon/main.ts", "daemon/main.js"]) {
    test(`a child that is of another run is spared, and so is a daemon (${program}, ${way})`, async () => {
      await using stage = new Stage(means);
      const script = `
      PROCMAN_RUN_ID=other-1 sleep 1000 & echo $!
      env -i sh -c 'sleep 1000 & echo $!; wait' procman-keeper ${daemonOf(program)} & echo $!
      until [ -e go ]; do sleep 0.01; done
      exit 1`;
      const actor = stage.start(["sh", "-c", script]);
      await eventually("all to be started", () => actor.stdout().split("\n").length > 3);
      stage.file("go", "", 0o644);
      await actor.exit;
      const spared = actor.stdout().trim().split("\n").map(Number);
      try {
        await stage.sweep(actor, 0);
        expect(spared.map(lives)).toEqual([true, true, true]);
      } finally {
        for (const pid of spared.filter(lives)) process.kill(pid, "SIGKILL");
        await eventually("the spared to go", () => !spared.some(lives));
      }
    });
  }

  test(`a child that only speaks of daemons is none (${way})`, async () => {
    await using stage = new Stage(means);
    const script = `
      sh -c ': procman-keeper, src/daemon/main.ts --home x; sleep 1000; :' & echo $!
      exit 1`;
    const actor = stage.start(["sh", "-c", script]);
    const child = Number(await stage.says(actor));
    await actor.exit;
    await stage.sweep(actor, 0);
    expect(lives(child)).toBe(false);
  });

  test(`a hundred sweeps that are asked for at once share their looks (${way})`, async () => {
    await using stage = new Stage(means);
    const actors = Array.from({ length: 100 }, () => stage.start(["sleep", "1000"]));
    for (const { identity } of actors) stage.processes.signalGroup(identity, "SIGTERM");
    await Promise.all(actors.map(({ exit }) => exit));
    using rows = spyOn(processTable, "rows");
    await Promise.all(actors.map((actor) => stage.sweep(actor)));
    expect(rows.mock.calls.length).toBeLessThanOrEqual("cgroups" in means ? 3 : 0);
  });
}

test("a child that hides its environment and its session is known by its descent when a stop begins", async () => {
  await using stage = new Stage({ cgroups: null });
  const script = "setsid env -i sleep 1000 & echo $!; wait";
  const actor = stage.start(["sh", "-c", script]);
  const pid = Number(await stage.says(actor));
  await eventually("it to hide", () => processTable.commandOf(pid).startsWith("sleep"));
  await stop(stage, actor);
  expect(lives(pid)).toBe(false);
});

test.skipIf(!hasCgroups)(
  "F19: a double fork that hides its environment too is gone, where there are control groups",
  async () => {
    await using stage = new Stage();
    const actor = stage.start([forker, "scrubbed", "1"]);
    const pid = Number(await stage.says(actor));
    await actor.exit;
    await stage.sweep(actor);
    expect(lives(pid)).toBe(false);
  },
);

test.skipIf(!hasCgroups)(
  "F20: a chain in ever new sessions ends, where there are control groups",
  async () => {
    await using stage = new Stage();
    const actor = stage.start([forker, "hopper-session", "1"]);
    await stage.says(actor);
    await actor.exit;
    await stage.sweep(actor, 50);
    await expectRest(stage);
  },
);

test("F23: nothing is sent to a process that took over the pid of a leader", async () => {
  await using stage = new Stage({ cgroups: null });
  const { identity } = stage.start(["sleep", "1000"]);
  const former = { pid: identity.pid, startTicks: "1" };
  stage.processes.signalGroup(former, "SIGKILL");
  await stage.processes.sweep({
    runId: "former-1",
    leader: former,
    signal: "SIGKILL",
    graceUntilMonoMs: 0,
    onSurvivors() {},
  });
  expect(stage.processes.isAlive(identity)).toBe(true);
});

/** The chain that left its marks in `hops` has ended. A look at the process table could not tell. */
async function expectRest(stage: Stage): Promise<void> {
  const hops = (): number => statSync(join(stage.directory, "hops")).size;
  const after = hops();
  expect(after).toBeGreaterThan(0);
  await Bun.sleep(50); // A hundred hops, if it had not.
  expect(hops()).toBe(after);
}
