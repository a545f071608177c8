/** Many at once: cold starts, double starts, storms of commands. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, isAlive, Sandbox } from "./sandbox.ts";

const sleeper = { command: "sleep 1000" };

test("F07: ten commands on a cold start make one daemon, and each succeeds", async () => {
  const names = Array.from({ length: 10 }, (_, nth) => `p${nth}`);
  await using sandbox = new Sandbox({
    processes: Object.fromEntries(names.map((name) => [name, sleeper])),
  });
  const commands = names.map((name) => sandbox.spawn(["up", "-d", name]));
  expect(await Promise.all(commands.map((it) => it.exited))).toEqual(names.map(() => 0));
  const statuses = await sandbox.list();
  expect(statuses.map(({ state }) => state)).toEqual(names.map(() => "running"));
  const sleeping = sandbox.processes().filter((pid) => commandOf(pid).startsWith("sleep"));
  expect(new Set(sleeping)).toEqual(new Set(statuses.map(({ pid }) => pid ?? 0)));
  expect(sleeping).toHaveLength(names.length);
  await eventually("the daemons that found the lock taken to have gone", async () => {
    const daemons = sandbox
      .processes()
      .filter((pid) => /^\S*bun\S* .*daemon\/main/.test(commandOf(pid)));
    return { value: daemons, done: daemons.length === 1 };
  });
});

test("F08: a stale socket and a registry that names another program's pid confuse nobody and kill nobody", async () => {
  await using sandbox = new Sandbox({ processes: { a: sleeper } });
  await sandbox.ok("up", "-d");
  await sandbox.ok("daemon", "stop", "--leave-running");
  const { pid } = await sandbox.status("a");
  await sandbox.ok("down");
  await sandbox.ok("daemon", "stop");
  mkdirSync(sandbox.home, { recursive: true, mode: 0o700 });
  const bystander = Bun.spawn(["sleep", "1000"]);
  try {
    // A socket that nobody listens on, as a killed daemon leaves it.
    const python = `import socket; s = socket.socket(socket.AF_UNIX); s.bind(${JSON.stringify(join(sandbox.home, "daemon.sock"))})`;
    expect(Bun.spawnSync(["python3", "-c", python]).exitCode).toBe(0);
    writeFileSync(join(sandbox.home, "daemon.pid"), String(bystander.pid));
    expect(existsSync(join(sandbox.home, "daemon.sock"))).toBe(true);
    await sandbox.ok("up", "-d");
    expect((await sandbox.status("a")).pid).not.toBe(pid);
    await sandbox.ok("down");
    expect(isAlive(bystander.pid)).toBe(true);
  } finally {
    bystander.kill("SIGKILL");
    await bystander.exited;
  }
});

test("F09: twenty starts of one process at once make one process", async () => {
  await using sandbox = new Sandbox({ processes: { a: sleeper, b: sleeper } });
  await sandbox.ok("up", "-d", "b");
  const commands = Array.from({ length: 20 }, () => sandbox.spawn(["start", "a", "--json"]));
  const results = await Promise.all(
    commands.map(async (command) => {
      const text = await command.stdout.text();
      return { code: await command.exited, result: (JSON.parse(text) as { pid: number }[])[0] };
    }),
  );
  expect(results.map(({ code }) => code)).toEqual(results.map(() => 0));
  expect(new Set(results.map(({ result }) => result?.pid)).size).toBe(1);
  const events = await sandbox.events("--type", "process.started");
  expect(events.filter(({ process }) => process === "a")).toHaveLength(1);
});

test("F10: a storm of starts, stops and restarts from many clients ends as the last word says, on legal paths only", async () => {
  await using sandbox = new Sandbox({ processes: { a: sleeper } });
  await sandbox.ok("up", "-d");
  const verbs = ["start", "stop", "restart"];
  const client = async (seed: number): Promise<void> => {
    for (let nth = 0; nth < 6; nth += 1) {
      await sandbox.run(verbs[(seed * 7 + nth * 5) % verbs.length] ?? "start", "a");
    }
  };
  await Promise.all([1, 2, 3, 4, 5, 6].map(client));
  await sandbox.ok("stop", "a");
  expect((await sandbox.status("a")).state).toBe("stopped");
  expect(sandbox.processes().filter((pid) => commandOf(pid).startsWith("sleep"))).toEqual([]);
  const types = (await sandbox.events())
    .filter(({ process }) => process === "a")
    .map(({ type }) => type);
  expect(illegalSteps(types)).toEqual([]);
}, 60_000);

test("F11: a stop during backoff cancels the restart", async () => {
  await using sandbox = new Sandbox({
    processes: {
      a: {
        command: "sh -c 'exit 1'",
        restart: { backoff: { initial: "300ms", factor: 1, jitter: 0 } },
      },
    },
  });
  await sandbox.ok("up", "-d");
  await sandbox.until("a", ({ state }) => state === "backoff");
  await sandbox.ok("stop", "a");
  const started = (await sandbox.events("--type", "process.started")).length;
  await Bun.sleep(900); // Three times the delay: what is asserted is that nothing happens in it.
  expect(await sandbox.events("--type", "process.started")).toHaveLength(started);
  expect((await sandbox.status("a")).state).toBe("stopped");
});

test("a process may be called like a property of every object", async () => {
  const names = ["constructor", "toString", "hasOwnProperty", "valueOf"];
  const api = { command: "sleep 1000", dependsOn: ["constructor"] };
  await using sandbox = new Sandbox({
    processes: { ...Object.fromEntries(names.map((name) => [name, "sleep 1000"])), api },
  });
  await sandbox.ok("up", "-d", "--wait");
  await sandbox.ok("scale", "toString=2");
  const states = (await sandbox.list()).map(({ name, state }) => `${name} ${state}`);
  const expected = [...names, "api"].map((name) => `${name}.1 running`);
  expect(states.toSorted()).toEqual([...expected, "toString.2 running"].toSorted());
  expect(JSON.parse(await sandbox.ok("config", "show", "--json"))).toHaveProperty(
    ["processes", "constructor", "command"],
    "sleep 1000",
  );
  await sandbox.ok("down");
});

test("a second timeout of a dependency counts when the first has passed in vain", async () => {
  const slow = { command: "sleep 1000", ready: { exec: "false", within: "1h" } };
  await using sandbox = new Sandbox({
    processes: {
      one: slow,
      two: slow,
      after: {
        command: "sleep 1000",
        dependsOn: {
          one: { timeout: "300ms", required: false },
          two: { timeout: "600ms" },
        },
      },
    },
  });
  const up = sandbox.spawn(["up", "-d"]);
  const { reason } = await sandbox.until("after", ({ state }) => state === "skipped");
  expect(reason).toContain("two, which was not ready within 600ms");
  await up.exited;
});

test("instances that are wanted again while they are on their way out come back", async () => {
  const stubborn = [
    "sh",
    "-c",
    "trap '' TERM; echo > ready.$PROCMAN_INSTANCE; while :; do sleep 0.1; done",
  ];
  await using sandbox = new Sandbox({
    processes: { a: { command: stubborn, instances: 3, stop: { timeout: "1s" } } },
  });
  await sandbox.ok("up", "-d");
  await sandbox.until("a.3", ({ state }) => state === "running");
  const down = sandbox.spawn(["scale", "a=1"]);
  await sandbox.until("a.3", ({ state }) => state === "stopping");
  await sandbox.ok("scale", "a=3");
  await down.exited;
  const states = (await sandbox.list()).map(({ name, state }) => `${name} ${state}`);
  expect(states).toEqual(["a.1 running", "a.2 running", "a.3 running"]);
});

/** What may follow what, in the events of one instance. */
const LEGAL: Readonly<Record<string, readonly string[]>> = {
  "process.added": ["process.pending"],
  "process.pending": ["process.started", "process.stopped"],
  "process.started": ["process.ready", "process.stopping", "process.exited"],
  "process.ready": ["process.stopping", "process.restarting", "process.exited"],
  "process.restarting": ["process.stopping", "process.exited"],
  // A stop and a start that come together: the stop is taken back.
  "process.stopping": ["process.exited", "process.restarting", "process.ready"],
  "process.exited": ["process.stopped", "process.pending", "process.killed"],
  "process.stopped": ["process.pending"],
};

function illegalSteps(types: readonly string[]): string[] {
  return types.slice(1).flatMap((type, at) => {
    const before = types[at] ?? "";
    return LEGAL[before]?.includes(type) === true ? [] : [`${before} → ${type}`];
  });
}

function commandOf(pid: number): string {
  return Bun.spawnSync(["cat", `/proc/${pid}/cmdline`])
    .stdout.toString()
    .replaceAll("\0", " ");
}
