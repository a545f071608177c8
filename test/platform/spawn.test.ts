/** Starting processes: what they get, how they end, and why they cannot be started. */

import { expect, test } from "bun:test";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Launch } from "../../src/model/spec.ts";
import { fixture, Stage } from "./stage.ts";

const ENDS = [
  ["0", { code: 0, signal: null }],
  ["7", { code: 7, signal: null }],
  ["255", { code: 255, signal: null }],
  ["SIGTERM", { code: null, signal: "SIGTERM" }],
  ["SIGKILL", { code: null, signal: "SIGKILL" }],
  ["SIGSEGV", { code: null, signal: "SIGSEGV" }],
  ["SIGABRT", { code: null, signal: "SIGABRT" }],
  ["-34", { code: null, signal: "34" }],
  ["-64", { code: null, signal: "64" }],
] as const;

for (const [how, end] of ENDS) {
  test(`F24: an end by ${how} is told as it was`, async () => {
    await using stage = new Stage();
    const { exit } = stage.start([fixture("crasher.sh"), how]);
    expect(await exit).toEqual({ ...end, oomKilled: false, known: true });
  });
}

interface Failure {
  readonly what: string;
  readonly argv: readonly string[];
  readonly changes?: Partial<Launch>;
  readonly code: string;
  readonly cause: string;
}

const FAILURES: readonly Failure[] = [
  { what: "a missing command", argv: ["no-such-command"], code: "ENOENT", cause: "on its PATH" },
  { what: "a missing file", argv: ["./nothing"], code: "ENOENT", cause: "no file './nothing'" },
  { what: "a path through a file", argv: ["./denied/x"], code: "ENOENT", cause: "no file" },
  { what: "an empty command", argv: [""], code: "ENOENT", cause: "is empty" },
  { what: "a directory", argv: ["./folder"], code: "EISDIR", cause: "is a directory" },
  { what: "no permission", argv: ["./denied"], code: "EACCES", cause: "chmod +x" },
  {
    what: "a command without permission on PATH",
    argv: ["denied"],
    changes: { env: { PATH: "." } },
    code: "EACCES",
    cause: "chmod +x",
  },
  { what: "a missing interpreter", argv: ["./orphan"], code: "ENOENT", cause: "/no/such/shell" },
  { what: "a first line in CR LF", argv: ["./dos"], code: "ENOENT", cause: "CR LF" },
  { what: "a text without '#!'", argv: ["./text"], code: "ENOEXEC", cause: "'#!' line" },
  {
    what: "a missing directory",
    argv: ["true"],
    changes: { cwd: "/nowhere/at/all" },
    code: "ECWD",
    cause: "its directory /nowhere/at/all does not exist",
  },
  {
    what: "a file as directory",
    argv: ["true"],
    changes: { cwd: "/etc/passwd" },
    code: "ECWD",
    cause: "is a file",
  },
  {
    what: "an unknown user",
    argv: ["true"],
    changes: { user: "nobody-of-that-name" },
    code: "EUSER",
    cause: "'nobody-of-that-name'",
  },
  {
    what: "an unknown group",
    argv: ["true"],
    changes: { group: "none-of-that-name" },
    code: "EUSER",
    cause: "this system has no group 'none-of-that-name'; those of a project are 'groups'",
  },
  {
    what: "too long an argument",
    argv: ["true", "x".repeat(1 << 18)],
    code: "E2BIG",
    cause: "long",
  },
  {
    what: "a null byte",
    argv: ["true", "a\0b"],
    code: "ERR_INVALID_ARG_VALUE",
    cause: "null byte",
  },
];

for (const { what, argv, changes, code, cause } of FAILURES) {
  test(`F26: ${what} is told with its cause`, async () => {
    await using stage = new Stage();
    stage.file("denied", "#!/bin/sh\n", 0o644);
    stage.file("orphan", "#!/no/such/shell\n", 0o755);
    stage.file("dos", "#!/bin/sh\r\necho\r\n", 0o755);
    stage.file("text", "just words\n", 0o755);
    mkdirSync(join(stage.directory, "folder"));
    const error = stage.tryStart(argv, changes);
    expect(error).toMatchObject({ code, transient: false });
    expect(error).toHaveProperty("message", expect.stringContaining(cause));
    expect(error).toHaveProperty("message", expect.stringMatching(/^cannot be started: /));
  });
}

test("the first executable on PATH is taken, entries that do not exist and files without permission are passed by", async () => {
  await using stage = new Stage();
  for (const folder of ["denied", "good"]) mkdirSync(join(stage.directory, folder));
  stage.file("denied/tool", "#!/bin/sh\necho denied\n", 0o644);
  stage.file("good/tool", "#!/bin/sh\necho good\n", 0o755);
  const actor = stage.start(["tool"], { env: { PATH: "nowhere:denied:good" } });
  await actor.exit;
  expect(actor.stdout()).toBe("good\n");
});

test.skipIf(process.platform !== "linux")(
  "F59: a child has 0, 1 and 2 open, and nothing else of the daemon",
  async () => {
    await using stage = new Stage();
    using _ = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const actor = stage.start([fixture("list-fds.sh")]);
    await actor.exit;
    const file = join(stage.directory, `${actor.runId}.out`);
    expect(actor.stdout()).toBe(`0 /dev/null\n1 ${file}\n2 ${file}\n`);
  },
);

test("a child has exactly the environment that it was given", async () => {
  await using stage = new Stage();
  const actor = stage.start(["/usr/bin/env"], { env: { A: "1", EMPTY: "" } });
  await actor.exit;
  expect(actor.stdout().trim().split("\n").toSorted()).toEqual([
    "A=1",
    "EMPTY=",
    `PROCMAN_RUN_ID=${actor.runId}`,
  ]);
});

test.skipIf(process.platform !== "linux")(
  "a child leads a session and a group of its own",
  async () => {
    await using stage = new Stage();
    const { identity } = stage.start(["sleep", "1000"]);
    const stat = readFileSync(`/proc/${identity.pid}/stat`, "latin1").split(" ");
    expect(stat.slice(4, 6)).toEqual([String(identity.pid), String(identity.pid)]);
    expect(stat[21]).toBe(identity.startTicks);
  },
);

test("a child that is gone at once has an identity, and it does not live", async () => {
  await using stage = new Stage();
  const actor = stage.start(["true"]);
  expect(actor.identity.startTicks).toMatch(/^\d+$/);
  await actor.exit;
  expect(stage.processes.isAlive(actor.identity)).toBe(false);
});

test("a child has the umask that it was given, and the daemon keeps its own", async () => {
  await using stage = new Stage();
  const before = process.umask();
  const actor = stage.start(["sh", "-c", "umask"], { umask: 0o027 });
  await actor.exit;
  expect(actor.stdout()).toBe("0027\n");
  expect(process.umask()).toBe(before);
});

const USERS = [
  ["nobody", null, "65534 65534"],
  ["1234", null, "1234 1234"],
  ["nobody", "daemon", "65534 1"],
  [null, "4321", "0 4321"],
] as const;

for (const [user, group, ids] of USERS) {
  test.skipIf(process.getuid?.() !== 0 || process.platform !== "linux")(
    `user ${user} and group ${group} give uid and gid ${ids}, and nothing of root's`,
    async () => {
      await using stage = new Stage();
      const argv = ["sh", "-c", "echo $(id -u) $(id -g); id -G; echo opened >> /dev/stdout"];
      const actor = stage.start(argv, { cwd: "/", user, group });
      await actor.exit;
      const [own, groups, opened] = actor.stdout().trim().split("\n");
      expect(own).toBe(ids);
      expect(opened).toBe("opened");
      expect(groups).toBe(ids.split(" ")[1]);
    },
  );
}
