/** Ready probes: what passes, what does not, and that attempts have an end. */

import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import type { ReadyProbe } from "../../src/model/probe.ts";
import { createProber } from "../../src/platform/prober.ts";
import { freePort } from "../free-ports.ts";
import { eventually, lives, NOTHING_HEARD, Stage, whenReady } from "./stage.ts";

const TIMES = { intervalMs: 10, timeoutMs: 500 };
interface Tried {
  readonly isReady: () => boolean;
  readonly account: () => string | null;
  readonly cancel: () => void;
}

const prober = createProber({ chance: { next: () => 0.5 }, ...NOTHING_HEARD });

function probed(stage: Stage, leader = stage.start(["sleep", "1000"]).identity) {
  const launch = stage.launch(["true"]);
  return { instance: "shop/api.1", runId: leader.startTicks, leader, launch } as const;
}

function probe(stage: Stage, ...probes: readonly ReadyProbe[]): Tried {
  let readyTimes = 0;
  const passed = whenReady(() => (readyTimes += 1));
  const probing = prober.untilReady(probed(stage), probes, passed);
  return {
    isReady: () => readyTimes === 1,
    account: () => probing.account(),
    cancel: () => probing.stop(),
  };
}

/** As far as it has failed. */
function triesOf({ account }: Tried): number {
  return Number(/, (\d+) tries$/.exec(account() ?? "")?.[1] ?? 0);
}

const list = (...argv: string[]): ReadyProbe => ({
  kind: "exec",
  command: { kind: "list", argv },
  ...TIMES,
});

/** A server that answers as it is told, and counts how often it was asked, from 1. */
function answering(answer: (nth: number) => Response | Promise<Response>) {
  let asked = 0;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch() {
      asked += 1;
      return answer(asked);
    },
  });
  return {
    url: String(server.url),
    asked: () => asked,
    [Symbol.dispose]: () => server[Symbol.dispose](),
  };
}

const ANSWERS = [
  [200, true],
  [204, true],
  [302, false],
  [404, false],
  [503, false],
] as const;

for (const [status, passes] of ANSWERS) {
  test(`an answer of ${status} ${passes ? "passes" : "does not pass"}`, async () => {
    await using stage = new Stage();
    const headers = { location: "/elsewhere" };
    using server = answering(() => new Response(null, { status, headers }));
    const probing = probe(stage, { kind: "http", url: `${server.url}ready`, ...TIMES });
    await eventually(
      "it to pass, or be asked again",
      () => probing.isReady() || server.asked() >= 3,
    );
    expect(probing.isReady()).toBe(passes);
    probing.cancel();
  });
}

for (const hostname of ["127.0.0.1", "::1"]) {
  test(`localhost is also ${hostname}, for http and tcp`, async () => {
    await using stage = new Stage();
    const hosts: string[] = [];
    using server = Bun.serve({
      hostname,
      port: 0,
      fetch: (request) => {
        hosts.push(request.headers.get("host") ?? "");
        return new Response();
      },
    });
    const { port } = server;
    const probing = probe(
      stage,
      { kind: "http", url: `http://localhost:${port}/`, ...TIMES },
      { kind: "tcp", address: String(port), ...TIMES },
      { kind: "tcp", address: `localhost:${port}`, ...TIMES },
      {
        kind: "tcp",
        address: hostname === "::1" ? `[::1]:${port}` : `127.0.0.1:${port}`,
        ...TIMES,
      },
    );
    await eventually("all to pass", probing.isReady);
    expect(hosts).toEqual([`localhost:${port}`]);
  });
}

test("a port passes as soon as somebody listens on it, and not before", async () => {
  await using stage = new Stage();
  const port = freePort();
  const probing = probe(stage, { kind: "tcp", address: String(port), ...TIMES });
  await eventually("three failures", () => triesOf(probing) >= 3);
  expect(probing.isReady()).toBe(false);
  using _ = Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } });
  await eventually("it to pass", probing.isReady);
});

test("a server that takes the request and is silent does not pass, nor hold the probe up", async () => {
  await using stage = new Stage();
  const silence = new Promise<Response>(() => {});
  using server = answering((nth) => (nth < 3 ? silence : new Response()));
  const probing = probe(stage, {
    kind: "http",
    url: server.url,
    intervalMs: 5,
    timeoutMs: 50,
  });
  await eventually("the third attempt to pass", probing.isReady);
  expect(server.asked()).toBe(3);
});

test("a command passes when it exits with 0, in the directory and environment of the process", async () => {
  await using stage = new Stage();
  const probing = probe(stage, list("sh", "-c", "test -e go"));
  await eventually("three failures", () => triesOf(probing) >= 3);
  expect(probing.isReady()).toBe(false);
  stage.file("go", "", 0o644);
  await eventually("it to pass", probing.isReady);
});

test("a command that hangs is killed with all that it started, and is not started twice at once", async () => {
  await using stage = new Stage();
  const script = `echo "$$" >> started; [ "$(wc -l < started)" -gt 1 ] && exit 0; sleep 1000 & echo $! > child; wait`;
  const probing = probe(stage, {
    ...list("sh", "-c", script),
    intervalMs: 5,
    timeoutMs: 200,
  } as ReadyProbe);
  await eventually("the second attempt to pass", probing.isReady);
  const read = (name: string) => Bun.file(`${stage.directory}/${name}`).text();
  const started = (await read("started")).trim().split("\n").map(Number);
  expect(started).toHaveLength(2);
  const all = [...started, Number(await read("child"))];
  await eventually("all of them to be gone", () => !all.some(lives));
});

test("a process that has lived that long passes, counted from its start", async () => {
  await using stage = new Stage();
  const began = performance.now();
  const { identity } = stage.start(["sleep", "1000"]);
  const { promise, resolve } = Promise.withResolvers<void>();
  prober.untilReady(probed(stage, identity), [{ kind: "after", afterMs: 80 }], whenReady(resolve));
  await promise;
  // Its start is known to a hundredth of a second.
  expect(performance.now() - began).toBeGreaterThanOrEqual(65);
});

test("a process that was taken over after it had lived that long passes at once", async () => {
  await using stage = new Stage();
  const { identity } = stage.start(["sleep", "1000"]);
  await Bun.sleep(120); // Its age itself is what is asked for.
  const { promise, resolve } = Promise.withResolvers<string>();
  const probes = [{ kind: "after", afterMs: 100 }] as const;
  const passed = whenReady(() => resolve("ready"));
  prober.untilReady(probed(stage, identity), probes, passed);
  const late = Bun.sleep(50).then(() => "late");
  expect(await Promise.race([promise, late])).toBe("ready");
});

test("nothing to ask is ready", async () => {
  await using stage = new Stage();
  expect(probe(stage).isReady()).toBe(true);
});

test("a probe that was cancelled kills what it runs and tells nothing", async () => {
  await using stage = new Stage();
  const probing = probe(stage, list("sh", "-c", 'echo "$$" > running; exec sleep 1000'));
  const path = `${stage.directory}/running`;
  const pidNow = (): number => (existsSync(path) ? Number(readFileSync(path, "utf8")) : 0);
  await eventually("it to run", () => pidNow() > 0);
  const pid = pidNow();
  probing.cancel();
  await eventually("it to be gone", () => !lives(pid));
  expect(probing.isReady()).toBe(false);
});

test("F62: a hundred commands that hang and have children leave nothing behind", async () => {
  await using stage = new Stage();
  const hung = "echo $$ >> pids; sleep 1000 & echo $! >> pids; wait";
  const tries = Array.from({ length: 100 }, () =>
    probe(stage, {
      ...list("sh", "-c", hung),
      intervalMs: 100_000,
      timeoutMs: 1_500,
    } as ReadyProbe),
  );
  await eventually("all of them to have been given up", () =>
    tries.every(({ account }) => account()?.includes("did not end within") === true),
  );
  const pids = (await Bun.file(`${stage.directory}/pids`).text()).trim().split("\n").map(Number);
  await eventually("all of them to be gone", () => !pids.some(lives));
  for (const { cancel } of tries) cancel();
}, 60_000);

const SAYINGS = [
  ["exit 3", "'exit 3' exited with code 3"],
  ["printf 'a\\010b\\n'; exit 1", "code 1: a?b"],
  ["echo first; echo the disk is full >&2; exit 1", "the disk is full"],
  ["kill -SEGV $$", "was killed by SIGSEGV"],
  ["printf '\\033[31mred\\033[0m\\n'; exit 1", "code 1: red"],
  ["yes", "wrote more than 1 MB and was stopped: y"],
] as const;

test.each(SAYINGS)(
  "a command that fails says how, with its last line: %s",
  async (script, said) => {
    await using stage = new Stage();
    const tried = probe(stage, { ...list("sh", "-c", script), timeoutMs: 10_000 } as ReadyProbe);
    await eventually("it to have failed", () => tried.account() !== null);
    expect(tried.account()).toContain(said);
    tried.cancel();
  },
  30_000,
);

test("a secret of the environment is shown neither as a part of the command nor of its output", async () => {
  await using stage = new Stage();
  const secret = "abcdef".repeat(20);
  const script = `echo ${secret}: bad; exit 1`;
  const run = probed(stage);
  const launch = { ...run.launch, env: { ...run.launch.env, API_KEY: secret } };
  const passed = whenReady(() => {});
  const probing = prober.untilReady({ ...run, launch }, [list("sh", "-c", script)], passed);
  await eventually("it to have failed", () => probing.account() !== null);
  expect(probing.account()).toContain(
    "'echo ********: bad; exit 1' exited with code 1: ********: bad",
  );
  probing.stop();
}, 30_000);

test("what passes has to pass as often in a row as it is asked to", async () => {
  await using stage = new Stage();
  // Passes but for the third time.
  const script = 'echo >> tries; [ "$(wc -l < tries)" -ne 3 ]';
  const tried = probe(stage, { ...list("sh", "-c", script), successThreshold: 3 } as ReadyProbe);
  await eventually("it to pass", tried.isReady);
  expect((await Bun.file(`${stage.directory}/tries`).text()).length).toBe(6);
}, 30_000);

test("health is told of at each failure, and of successes only until they count", async () => {
  await using stage = new Stage();
  // Two good answers, two bad ones, then good ones for ever.
  const statusOf = (nth: number): number => (nth === 3 || nth === 4 ? 500 : 200);
  using server = answering((nth) => new Response(null, { status: statusOf(nth) }));
  const { url } = server;
  const pace = {
    ...TIMES,
    timeoutMs: 5_000,
    startPeriodMs: 0,
    failureThreshold: 3,
    successThreshold: 1,
  };
  const told: boolean[] = [];
  const run = { ...probed(stage), anew: true };
  const probing = prober.watchHealth(run, [{ kind: "http", url, ...pace }], ({ passed }) => {
    told.push(passed);
  });
  await eventually("it to be asked often", () => server.asked() >= 10);
  expect(told).toEqual([true, false, false, true]);
  const [history] = prober.historyOf(run.runId);
  expect(history).toMatchObject({ purpose: "health", kind: "http" });
  expect(history?.answers.length).toBe(5);
  probing.stop();
  expect(prober.historyOf(run.runId)).toEqual([]);
}, 30_000);
