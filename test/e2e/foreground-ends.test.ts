/** How a foreground `up` ends by itself: `--exit-code-from`, `--abort-on-failure`, `--abort-on-exit`, `--success`. */

import { expect, test } from "bun:test";
import { Sandbox } from "./sandbox.ts";

const SERVER = "sleep 1000";
const ONCE = { restart: "no" };
/** Ends after another one, which may be slow on a busy machine. */
const ending = (name: string, code: number, after: string | null = null) => {
  const waits = after === null ? "" : `while [ ! -e ${after} ]; do sleep 0.05; done; sleep 0.5; `;
  return { ...ONCE, command: ["sh", "-c", `${waits}touch ${name}; exit ${code}`] };
};

interface Row {
  readonly says: string;
  readonly processes: Record<string, unknown>;
  readonly args: readonly string[];
  readonly code: number;
  /** What is left, by state. */
  readonly states: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    says: "--exit-code-from ends with the first end of the process, whatever its policy, not of another",
    processes: {
      server: SERVER,
      quick: ending("quick", 3),
      tests: { ...ending("tests", 4, "quick"), restart: "always" },
    },
    args: ["--exit-code-from", "tests"],
    code: 4,
    states: ["server stopped", "quick failed", "tests stopped"],
  },
  {
    says: "--exit-code-from is 0 when it succeeded, though others failed",
    processes: { server: SERVER, quick: ending("quick", 3), tests: ending("tests", 0, "quick") },
    args: ["--exit-code-from", "tests"],
    code: 0,
    states: ["server stopped", "quick failed", "tests completed"],
  },
  {
    says: "--exit-code-from waits for all instances, and takes the one that failed",
    processes: {
      server: SERVER,
      tests: {
        ...ONCE,
        command: ["sh", "-c", 'exit "$((PROCMAN_INSTANCE - 1))"'],
        instances: 2,
      },
    },
    args: ["--exit-code-from", "tests"],
    code: 1,
    states: ["server stopped", "tests completed", "tests failed"],
  },
  {
    says: "a signal is 128 + its number",
    processes: { server: SERVER, tests: { ...ONCE, command: ["sh", "-c", "kill -9 $$"] } },
    args: ["--exit-code-from", "tests"],
    code: 137,
    states: ["server stopped", "tests failed"],
  },
  {
    says: "--abort-on-failure waits for the retries, and lets those complete that do",
    processes: {
      server: SERVER,
      fine: ending("fine", 0),
      bad: { ...ending("bad", 5, "fine"), restart: { max: 1, backoff: { initial: "10ms" } } },
    },
    args: ["--abort-on-failure"],
    code: 5,
    states: ["server stopped", "fine completed", "bad failed"],
  },
  {
    says: "--abort-on-failure with --exit-code-from: the failure ends it before",
    processes: { server: SERVER, tests: SERVER, bad: ending("bad", 6) },
    args: ["--abort-on-failure", "--exit-code-from", "tests"],
    code: 6,
    states: ["server stopped", "tests stopped", "bad failed"],
  },
  {
    says: "--abort-on-exit ends with whoever ends, but not with a one-shot that others wait for",
    processes: {
      migrate: ending("migrate", 0),
      server: { command: SERVER, dependsOn: { migrate: "succeeded" } },
      job: { ...ending("job", 0), dependsOn: ["server"] },
    },
    args: ["--abort-on-exit"],
    code: 0,
    states: ["migrate completed", "server stopped", "job completed"],
  },
  {
    says: "--abort-on-exit ends with a crash at once, with its code",
    processes: { server: SERVER, job: { command: ["sh", "-c", "exit 7"], restart: "always" } },
    args: ["--abort-on-exit"],
    code: 7,
    states: ["server stopped", "job stopped"],
  },
  {
    says: "--abort-on-exit --success last: of those that ended by themselves",
    processes: { server: SERVER, job: ending("job", 7) },
    args: ["--abort-on-exit", "--success", "last"],
    code: 7,
    states: ["server stopped", "job failed"],
  },
  ...(["first", "last", "all", "slow"] as const).map((success) => ({
    says: `--success ${success}`,
    processes: {
      quick: ending("quick", 2),
      middle: ending("middle", 3, "quick"),
      slow: ending("slow", 0, "middle"),
    },
    args: ["--success", success],
    code: { first: 2, last: 0, all: 2, slow: 0 }[success],
    states: ["quick failed", "middle failed", "slow completed"],
  })),
];

for (const { says, processes, args, code, states } of ROWS) {
  test(
    says,
    async () => {
      await using sandbox = new Sandbox({ name: "shop", processes });
      const ran = await sandbox.run("up", ...args);
      expect([ran.code, ran.stderr]).toEqual([code, expect.any(String)]);
      const left = (await sandbox.list()).map(({ process, state }) => `${process} ${state}`);
      expect(left).toEqual([...states]);
    },
    120_000,
  );
}

test("a process that has completed before is run again when its end is asked for", async () => {
  const tests = { ...ONCE, command: ["sh", "-c", "echo run >> runs; exit 0"] };
  await using sandbox = new Sandbox({ name: "shop", processes: { server: SERVER, tests } });
  for (let nth = 1; nth <= 2; nth += 1) await sandbox.ok("up", "--exit-code-from", "tests");
  expect(sandbox.read("runs")).toBe("run\nrun\n");
}, 120_000);

test("it stops only what it holds", async () => {
  await using sandbox = new Sandbox({
    name: "shop",
    processes: { server: SERVER, other: SERVER, tests: ending("tests", 3) },
  });
  await sandbox.ok("up", "-d", "server");
  const { code, stderr } = await sandbox.run("up", "--exit-code-from", "tests");
  expect([code, stderr]).toEqual([3, expect.stringContaining("Left running: server")]);
  const states = (await sandbox.list()).map(({ process, state }) => `${process} ${state}`);
  expect(states).toEqual(["server running", "other stopped", "tests failed"]);
}, 120_000);

test("what makes no sense is told before anything starts", async () => {
  const off = { command: SERVER, autostart: false };
  await using sandbox = new Sandbox({ name: "shop", processes: { server: SERVER, off } });
  const rows = [
    [["-d", "--abort-on-exit"], 2, "in the background"],
    [["--wait", "--exit-code-from", "server"], 2, "in the background"],
    [["--exit-code-from", "servr"], 3, "Did you mean 'server'?"],
    [["--success", "nobody"], 3, "'nobody'"],
    [["--exit-code-from", "off"], 2, "not among those that are started"],
  ] as const;
  for (const [args, code, text] of rows) {
    const ran = await sandbox.run("up", ...args);
    expect([args, ran.code, ran.stderr]).toEqual([args, code, expect.stringContaining(text)]);
  }
  await sandbox.until("server", ({ state }) => state === "stopped");
}, 120_000);
