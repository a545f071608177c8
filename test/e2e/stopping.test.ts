/** Stopping means the whole tree, within the grace, whatever the processes do. */

import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, isAlive, Sandbox } from "./sandbox.ts";

test("F15: a process that ignores SIGTERM is killed after its grace, and that is told", async () => {
  await using sandbox = new Sandbox({
    processes: {
      a: {
        command: ["sh", "-c", "trap '' TERM; echo $$ > ready; while :; do sleep 0.1; done"],
        stop: { timeout: "300ms" },
      },
    },
  });
  await sandbox.ok("up", "-d");
  await written(sandbox, "ready");
  const began = performance.now();
  await sandbox.ok("stop", "a");
  const tookMs = performance.now() - began;
  const status = await sandbox.status("a");
  expect(status.state).toBe("killed");
  expect(status.reason).toContain("grace");
  expect(status.signal).toBe("SIGKILL");
  expect(tookMs).toBeGreaterThanOrEqual(300);
});

const LEFTOVERS = [
  ["F17: a grandchild in the same group", "sleep 1000 & echo $! > child; exit 1"],
  ["F18: a grandchild in a session of its own", "setsid sleep 1000 & echo $! > child; exit 1"],
  [
    "F19: a grandchild that daemonized with a double fork",
    "python3 -c \"import os,sys\nif os.fork(): sys.exit(0)\nos.setsid()\nif os.fork(): sys.exit(0)\nopen('child','w').write(str(os.getpid()))\nos.execvp('sleep',['sleep','1000'])\"; while [ ! -s child ]; do sleep 0.01; done; exit 1",
  ],
] as const;

for (const [what, script] of LEFTOVERS) {
  test(`${what} is gone before its crashed leader is started again`, async () => {
    await using sandbox = new Sandbox({
      processes: {
        a: {
          command: ["sh", "-c", script],
          restart: { backoff: { initial: "50ms", factor: 1, jitter: 0 }, max: 1 },
        },
      },
    });
    await sandbox.ok("up", "-d");
    await written(sandbox, "child");
    await sandbox.until("a", ({ state }) => state === "failed");
    expect(isAlive(Number(sandbox.read("child")))).toBe(false);
    expect(sandbox.processes().filter((pid) => nameOf(pid) === "sleep")).toEqual([]);
  });

  test(`${what} does not outlive a stop`, async () => {
    const stays = script.replace("exit 1", "sleep 1000");
    await using sandbox = new Sandbox({ processes: { a: { command: ["sh", "-c", stays] } } });
    await sandbox.ok("up", "-d");
    const child = Number(await written(sandbox, "child"));
    expect(isAlive(child)).toBe(true);
    await sandbox.ok("stop", "a");
    expect(isAlive(child)).toBe(false);
    expect(sandbox.processes().filter((pid) => nameOf(pid) === "sleep")).toEqual([]);
  });
}

test("a stop goes in reverse order of dependencies", async () => {
  const slow = ["sh", "-c", "trap 'sleep 0.1; exit 0' TERM; while :; do sleep 0.05; done"];
  await using sandbox = new Sandbox({
    processes: {
      db: { command: slow },
      api: { command: slow, dependsOn: ["db"] },
      web: { command: slow, dependsOn: ["api"] },
    },
  });
  await sandbox.ok("up", "-d");
  await sandbox.ok("stop", "all");
  const stopped = await sandbox.events("--type", "process.stopped");
  expect(stopped.map(({ process }) => process)).toEqual(["web", "api", "db"]);
});

test("kill is at once, and no restart follows", async () => {
  await using sandbox = new Sandbox({
    processes: {
      a: { command: ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"], restart: "always" },
    },
  });
  await sandbox.ok("up", "-d");
  await sandbox.ok("kill", "a");
  const status = await sandbox.status("a");
  expect([status.state, status.signal, status.restarts]).toEqual(["killed", "SIGKILL", 0]);
});

test("down forgets the project, keeps its logs, and returns when nothing is left", async () => {
  await using sandbox = new Sandbox({ processes: { a: "sh -c 'echo hello; exec sleep 1000'" } });
  await sandbox.ok("up", "-d");
  const { logs } = await sandbox.status("a");
  await eventually("the line to be stored", async () => {
    // The log worker makes it, which on a busy machine may still be starting.
    const text = existsSync(logs.stdout) ? readFileSync(logs.stdout, "utf8") : "";
    return { value: text, done: text === "hello\n" };
  });
  await sandbox.ok("down");
  expect(await sandbox.list()).toEqual([]);
  expect(sandbox.processes().filter((pid) => nameOf(pid) === "sleep")).toEqual([]);
  expect(readFileSync(logs.stdout, "utf8")).toBe("hello\n");
});

/** The text of a file of the project, as soon as there is some. */
async function written(sandbox: Sandbox, name: string): Promise<string> {
  return eventually(`${name} to be written`, async () => {
    const text = await Bun.file(join(sandbox.directory, name))
      .text()
      .catch(() => "");
    return { value: text, done: text.trim() !== "" };
  });
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return ""; // Gone meanwhile.
  }
}

test("a stop says killed when part of the tree had to be", async () => {
  const inner = "trap '' TERM; echo $$ > child; while :; do sleep 0.1; done";
  await using sandbox = new Sandbox({
    processes: {
      a: {
        command: ["sh", "-c", `sh -c "${inner.replace("$$", "\\$\\$")}" & wait`],
        stop: { timeout: "300ms" },
      },
    },
  });
  await sandbox.ok("up", "-d");
  const child = Number(await written(sandbox, "child"));
  await sandbox.ok("stop", "a");
  expect(isAlive(child)).toBe(false);
  expect(await sandbox.status("a")).toMatchObject({ state: "killed", signal: "SIGTERM" });
});

/** Many programs take a second SIGTERM for an order to end at once. */
test("everything in the tree is asked once to go", async () => {
  const member = `import signal, sys, time
def asked(*_):
    open(sys.argv[1], "a").write("TERM\\n")
signal.signal(signal.SIGTERM, asked)
open(sys.argv[1], "a").write("ready\\n")
while True: time.sleep(0.05)
`;
  await using sandbox = new Sandbox({
    processes: {
      a: {
        command: ["sh", "-c", "python3 member.py grouped & setsid python3 member.py apart & wait"],
        stop: { timeout: "600ms" },
      },
    },
  });
  sandbox.write("member.py", member);
  await sandbox.ok("up", "-d");
  for (const name of ["grouped", "apart"]) await written(sandbox, name);
  await sandbox.ok("stop", "a");
  expect([sandbox.read("grouped"), sandbox.read("apart")]).toEqual(Array(2).fill("ready\nTERM\n"));
});
