/** Ready probes: what passes, what does not, and that attempts have an end. */

import { expect, test } from "bun:test";
import type { ReadyProbe } from "../../src/model/probe.ts";
import { createProber } from "../../src/platform/prober.ts";
import { eventually, lives, Stage } from "./stage.ts";

const TIMES = { intervalMs: 10, timeoutMs: 500 };

interface Tried {
  readonly isReady: () => boolean;
  readonly account: () => string | null;
  readonly cancel: () => void;
}

const prober = createProber({
  chance: { next: () => 0.5 },
  search: () => ({ look: async () => null, close() {} }),
});

function probed(stage: Stage, leader = stage.start(["sleep", "1000"]).identity) {
  const launch = stage.launch(["true"]);
  return { instance: "shop/api.1", runId: leader.startTicks, leader, launch } as const;
}

function probe(stage: Stage, ...probes: readonly ReadyProbe[]): Tried {
  let readyTimes = 0;
  const probing = prober.untilReady(probed(stage), probes, () => {
    readyTimes += 1;
  });
  return {
    isReady: () => readyTimes === 1,
    account: () => probing.account(),
    cancel: () => probing.stop(),
  };
}

const list = (...argv: string[]): ReadyProbe => ({
  kind: "exec",
  command: { kind: "list", argv },
  ...TIMES,
});

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
    let asked = 0;
    using server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: () => {
        asked += 1;
        return new Response(null, { status, headers: { location: "/elsewhere" } });
      },
    });
    const probing = probe(stage, {
      kind: "http",
      url: new URL("ready", server.url).href,
      ...TIMES,
    });
    await eventually("it to pass, or be asked again", () => probing.isReady() || asked >= 3);
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
  const first = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = first;
  first.stop(true);
  const probing = probe(stage, { kind: "tcp", address: String(port), ...TIMES });
  await Bun.sleep(50); // Several attempts, which must all fail.
  expect(probing.isReady()).toBe(false);
  using _ = Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } });
  await eventually("it to pass", probing.isReady);
});

test("a server that takes the request and is silent does not pass, nor hold the probe up", async () => {
  await using stage = new Stage();
  let asked = 0;
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch: () => {
      asked += 1;
      return asked < 3 ? new Promise<Response>(() => {}) : new Response();
    },
  });
  const probing = probe(stage, {
    kind: "http",
    url: String(server.url),
    intervalMs: 5,
    timeoutMs: 50,
  });
  await eventually("the third attempt to pass", probing.isReady);
  expect(asked).toBe(3);
});

test("a command passes when it exits with 0, in the directory and environment of the process", async () => {
  await using stage = new Stage();
  const probing = probe(stage, list("sh", "-c", "test -e go"));
  await Bun.sleep(50); // Several attempts, which must all fail.
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
  prober.untilReady(probed(stage, identity), [{ kind: "after", afterMs: 80 }], resolve);
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
  prober.untilReady(probed(stage, identity), probes, () => resolve("ready"));
  const late = Bun.sleep(50).then(() => "late");
  expect(await Promise.race([promise, late])).toBe("ready");
});

test("a probe that was cancelled kills what it runs and tells nothing", async () => {
  await using stage = new Stage();
  const probing = probe(stage, list("sh", "-c", 'echo "$$" > running; exec sleep 1000'));
  const path = `${stage.directory}/running`;
  let pid = 0;
  for (; pid === 0; await Bun.sleep(2))
    pid = Number(
      await Bun.file(path)
        .text()
        .catch(() => "0"),
    );
  probing.cancel();
  await eventually("it to be gone", () => !lives(pid));
  expect(probing.isReady()).toBe(false);
});
