/** Every code that an error can have: provoked as people provoke it, with what it says and the status it ends with. */

import { expect, test } from "bun:test";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ERROR_EXIT, type ErrorCode } from "../../src/model/errors.ts";
import { Sandbox } from "./sandbox.ts";

const sleeper = { command: "sleep 1000" };
const processes = {
  a: sleeper,
  bad: { command: "there-is-none", restart: "no" },
  ported: { ...sleeper, port: "auto" },
  slow: { ...sleeper, ready: { exec: "false", within: "1h" } },
};

interface Case {
  readonly line: string;
  readonly status: number;
  /** What the message begins with. */
  readonly says: string;
  readonly before?: (sandbox: Sandbox) => void | Promise<void>;
}

const CASES: Partial<Record<ErrorCode, Case>> = {
  USAGE: { line: "ls --nope", status: 2, says: "Cannot understand --nope" },
  CONFIG_NOT_FOUND: {
    line: "config check",
    status: 2,
    says: "Cannot find a procman configuration",
    before: ({ directory }) => rmSync(join(directory, "procman.json")),
  },
  CONFIG_INVALID: {
    line: "up",
    status: 2,
    says: "procman.json:1: proceses: unknown key",
    before: (sandbox) => sandbox.configure({ proceses: {} }),
  },
  NOT_SUPPORTED_YET: {
    line: "up",
    status: 2,
    says: "procman.json:1: processes.a.standby:",
    before: (sandbox) => sandbox.configure({ processes: { a: { ...sleeper, standby: 1 } } }),
  },
  NO_PROJECT: { line: "-C / stop a", status: 2, says: "Cannot find a project that runs in /" },
  PROCESS_NOT_FOUND: { line: "stop nope", status: 3, says: "Cannot find process 'nope'" },
  PROJECT_NOT_FOUND: { line: "stop nope/a", status: 3, says: "Cannot find project 'nope'" },
  AMBIGUOUS_TARGET: {
    line: "ls",
    status: 2,
    says: "Cannot tell which project is meant",
    async before(sandbox) {
      sandbox.write("other.json", JSON.stringify({ processes: { b: sleeper } }));
      await sandbox.ok("up", "-d", "-f", "other.json");
      rmSync(join(sandbox.directory, "procman.json"));
    },
  },
  LIMIT_UNENFORCEABLE: {
    line: "set a limits.cpu=1 limits.enforce=rlimit",
    status: 1,
    says: "Cannot limit a: limits.cpu: no rlimit",
    before: (sandbox) => sandbox.ok("up", "-d", "a").then(() => {}),
  },
  START_FAILED: { line: "start bad", status: 1, says: "Cannot start p/bad.1" },
  RELOAD_FAILED: {
    line: "reload ported",
    status: 1,
    says: "Cannot reload p/ported.1: two runs of it cannot listen on",
    before: (sandbox) => sandbox.ok("start", "ported").then(() => {}),
  },
  OPERATION_TIMEOUT: {
    line: "wait slow --timeout 20ms",
    status: 124,
    says: "Cannot finish wait --for ready within 20ms",
  },
  CANNOT_COME_TRUE: {
    line: "wait a",
    status: 1,
    says: "Cannot wait for p/a.1 to be ready: it is stopped",
    before: async (sandbox) => void (await sandbox.ok("stop", "a")),
  },
  NO_INPUT: { line: "send a --text hello", status: 1, says: "Cannot send to p/a.1" },
  NOT_RUNNING: {
    line: "signal HUP a",
    status: 1,
    says: "Cannot send SIGHUP to p/a.1: it is stopped",
    before: async (sandbox) => void (await sandbox.ok("stop", "a")),
  },
  INVALID_PARAMETER: {
    line: "set a --unset env.NOPE",
    status: 2,
    says: "Cannot unset env.NOPE of a",
  },
  HOME_UNUSABLE: {
    line: "--home file up -d",
    status: 4,
    says: "Cannot write to ",
    before: (sandbox) => void sandbox.write("file", ""),
  },
  DAEMON_START_FAILED: {
    line: "--home broken up -d",
    status: 4,
    says: "Cannot start the daemon of ",
    before({ directory }) {
      mkdirSync(join(directory, "broken", "registry.db"), { recursive: true, mode: 0o700 });
    },
  },
  DAEMON_UNREACHABLE: {
    line: "ls",
    status: 4,
    says: "Cannot reach the daemon of ",
    before: async (sandbox) => process.kill((await sandbox.daemon()).pid, "SIGSTOP") as never,
  },
};

/** What cannot be brought about by a command line alone. */
const ELSEWHERE: Partial<Record<ErrorCode, string>> = {
  PORT_TAKEN: "e2e/ports.test.ts",
  CANCELLED: "e2e/stop-races.test.ts",
  CHANGED_MEANWHILE: "a race of two commands, which the loser repeats",
  REGISTRY_UNUSABLE: "is said by the daemon, in its log",
  DAEMON_BUSY: "ten thousand requests at once",
  COMMAND_FAILED: "a log file that cannot be emptied",
  PERMISSION_DENIED: "a log file of another user",
  INTERNAL: "a fault of procman",
  MANAGED: "e2e/adopting.test.ts",
  NAME_TAKEN: "e2e/run.test.ts",
  LIMIT_REACHED: "library/own-processes.test.ts",
  COMMAND_NOT_FOUND: "e2e/run.test.ts",
  COMMAND_NOT_EXECUTABLE: "e2e/run.test.ts",
  STOP_FAILED: "nobody says it yet",
  DAEMON_VERSION: "e2e/version-skew.test.ts",
};

test("every code is provoked here or known to be elsewhere", () => {
  const known = [...Object.keys(CASES), ...Object.keys(ELSEWHERE)];
  expect(known.toSorted()).toEqual(Object.keys(ERROR_EXIT).toSorted());
});

test.each(Object.entries(CASES))(
  "%s has its text, its status, and its document",
  async (code, { line, status, says, before }) => {
    await using sandbox = new Sandbox({ name: "p", processes });
    await sandbox.run("up", "-d", "a", "slow", "bad");
    await before?.(sandbox);
    const args = line.split(" ");
    const [text, document] = await Promise.all([
      sandbox.run(...args),
      sandbox.run(...args, "--json"),
    ]);
    expect(text.stderr).toContain(`error: ${says}`);
    expect([text.code, text.stdout]).toEqual([status, ""]);
    expect(ERROR_EXIT[code as ErrorCode]).toBe(status as never);
    expect(document.code).toBe(status);
    const [error] = errorsIn(document);
    expect(error).toMatchObject({ code, message: expect.stringContaining(says) });
    expect(error?.message).not.toEndWith(".");
  },
  120_000,
);

interface WireError {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** The document on stderr, or the results on stdout of what was asked of several. */
function errorsIn({ stdout, stderr }: { stdout: string; stderr: string }): WireError[] {
  if (stdout === "") return [(JSON.parse(stderr) as { error: WireError }).error];
  const results = JSON.parse(stdout) as { error: WireError | null }[];
  return results.flatMap(({ error }) => error ?? []);
}
