/** Homes that no daemon can have, or that somebody else may have made ready: the command line as people meet it. */

import { expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { bunAs, isRoot, letOthersIn, OTHER, runAs } from "./as-user.ts";
import { eventually, Sandbox } from "./sandbox.ts";
import { SmallDisk } from "./small-disk.ts";

const SLOW_MS = 60_000;
const CONFIG = { processes: { a: "sleep 1000" } };
const ELSEWHERE = "Set PROCMAN_HOME, or --home, to a directory that you can write to.";

/** What a command that changes something says of such a home. */
async function refusal(sandbox: Sandbox, home = sandbox.home) {
  const { code, stdout, stderr } = await sandbox.run("up", "-d", "--json", "--home", home);
  expect(stdout).toBe("");
  const { error } = JSON.parse(stderr) as { error: Record<string, unknown> };
  return { exit: code, code: error["code"], message: error["message"], hint: error["hint"] };
}

const refused = (message: string, hint = ELSEWHERE) => ({
  exit: 4,
  code: "HOME_UNUSABLE",
  message,
  hint,
});

/** Somebody who listens where the daemon would. */
function trap(home: string) {
  const seen = { visitors: 0 };
  const server = Bun.listen({
    unix: join(home, "daemon.sock"),
    socket: { open: () => void (seen.visitors += 1), data() {} },
  });
  chmodSync(join(home, "daemon.sock"), 0o777);
  return { seen, [Symbol.dispose]: () => server.stop(true) };
}

test(
  "F71: a home that is a file, lies under one, or has a path too long for any file is told as such",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    const file = sandbox.write("file", "");
    const long = join(sandbox.root, "x".repeat(300));
    for (const [home, cause] of [
      [file, "it is not a directory"],
      [join(file, "home"), "what it should be in is not a directory"],
      [long, "the path is too long"],
    ] as const) {
      expect(await refusal(sandbox, home)).toEqual(refused(`Cannot write to ${home}: ${cause}`));
      // Nothing can run there, and a look needs no home.
      const { code, stdout } = await sandbox.run("ls", "--json", "--home", home);
      expect([code, stdout]).toEqual([0, "[]\n"]);
    }
  },
  SLOW_MS,
);

test.skipIf(!isRoot)(
  "F71: without HOME, a user that is in no list is told what to set",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    letOthersIn(sandbox);
    const inNoList = 4_242_424;
    for (const env of [{ PROCMAN_HOME: "" }, { PROCMAN_HOME: "", HOME: "" }]) {
      for (const command of ["ls", "up"]) {
        const { code, stderr } = await runAs(inNoList, sandbox, [command, "--json"], env);
        expect({ exit: code, ...JSON.parse(stderr).error }).toMatchObject(
          refused("Cannot find a home: HOME is not set", "Set HOME or PROCMAN_HOME."),
        );
      }
    }
  },
  SLOW_MS,
);

test.skipIf(!isRoot)(
  "F71: a home that is full, read-only or not to be written is told at once, and no daemon is started to fail of it",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    const cannotWrite = (path: string, cause: string) =>
      refused(`Cannot write to ${path}: ${cause}`);
    {
      using disk = new SmallDisk(sandbox.home);
      disk.fill();
      expect(await refusal(sandbox)).toEqual(cannotWrite(sandbox.home, "the disk is full"));
      expect(sandbox.processes()).toEqual([]);
      disk.free();
      await sandbox.ok("up", "-d");
      await sandbox.ok("daemon", "stop");
      await eventually("nobody to have a file open there", async () => {
        const value = sandbox.processes();
        return { value, done: value.length === 0 };
      });
      disk.makeReadOnly();
      for (const home of [sandbox.home, join(sandbox.home, "deeper")]) {
        expect(await refusal(sandbox, home)).toEqual(
          cannotWrite(home, "its file system is read-only"),
        );
      }
      expect(sandbox.processes()).toEqual([]);
    }
    letOthersIn(sandbox);
    const theirs = join(sandbox.directory, "home");
    const { code, stderr } = await runAs(OTHER, sandbox, ["up", "-d"], { PROCMAN_HOME: theirs });
    expect([code, stderr]).toEqual([
      4,
      expect.stringContaining(`Cannot write to ${theirs}: permission denied`),
    ]);
  },
  SLOW_MS,
);

test.skipIf(!isRoot)(
  "F72: a home of another user, or a link to it, is refused by every command, and whoever listens there hears nothing",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    mkdirSync(sandbox.home, { mode: 0o700 });
    const link = join(sandbox.root, "link");
    symlinkSync(sandbox.home, link);
    using other = trap(sandbox.home);
    chownSync(sandbox.home, OTHER, OTHER);
    for (const command of ["up -d", "ls", "daemon status", "daemon stop"]) {
      for (const [home, cause] of [
        [sandbox.home, `it belongs to user ${OTHER}`],
        [link, "it is a symbolic link"],
      ] as const) {
        const ran = await sandbox.run(...command.split(" "), "--json", "--home", home);
        const { error } = JSON.parse(ran.stderr);
        expect([command, ran.code, error.code, error.message]).toEqual([
          command,
          4,
          "HOME_UNUSABLE",
          `Cannot use ${home}: ${cause}`,
        ]);
      }
    }
    expect(other.seen.visitors).toBe(0);
    rmSync(link);
    chownSync(sandbox.home, 0, 0);
  },
  SLOW_MS,
);

test(
  "F72: a home that others may write to is refused before anything is said to whoever listens there",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    mkdirSync(sandbox.home);
    chmodSync(sandbox.home, 0o777);
    using other = trap(sandbox.home);
    const hint = `Make it a private directory ('chmod 700 ${sandbox.home}'), or set PROCMAN_HOME to another one.`;
    const message = `Cannot use ${sandbox.home}: others may enter it (mode 777)`;
    expect(await refusal(sandbox)).toEqual(refused(message, hint));
    expect((await sandbox.run("ls")).code).toBe(4);
    expect(other.seen.visitors).toBe(0);
  },
  SLOW_MS,
);

test.skipIf(!isRoot)(
  "F72: a pid file and a log file that another user has laid as links have nothing overwritten",
  async () => {
    const shared = { pidFile: "shared/a.pid", log: { file: "shared/a.log" } };
    const command = ["sh", "-c", "echo hello; exec sleep 1000"];
    await using sandbox = new Sandbox({ processes: { a: { command, ...shared } } });
    const directory = join(sandbox.directory, "shared");
    mkdirSync(directory);
    chmodSync(directory, 0o777);
    const victims = ["pid", "log"].map((kind) => {
      const victim = sandbox.write(`victim.${kind}`, "precious");
      symlinkSync(victim, join(directory, `a.${kind}`));
      lchownSync(join(directory, `a.${kind}`), OTHER, OTHER);
      return victim;
    });
    chownSync(directory, OTHER, OTHER);
    await sandbox.ok("up", "-d", "--wait");
    await sandbox.ok("down");
    for (const victim of victims) expect(await Bun.file(victim).text()).toBe("precious");
    expect(await Bun.file(join(sandbox.home, "daemon.log")).text()).toContain(
      `cannot write ${join(directory, "a.log")}: it is a link of user ${OTHER}`,
    );
  },
  SLOW_MS,
);

test.skipIf(!isRoot)(
  "F74: another user can neither reach the daemon nor have a command do so, even where the home was opened",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    letOthersIn(sandbox);
    await sandbox.ok("up", "-d");
    const socket = join(sandbox.home, "daemon.sock");
    expect(statSync(sandbox.home).mode & 0o777).toBe(0o700);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    const connect = `const said = await Bun.connect({ unix: process.argv[1], socket: { data() {} } }).then(
      () => "in", (error) => error.code); console.log(said); process.exit()`;
    for (const mode of [0o700, 0o755]) {
      chmodSync(sandbox.home, mode);
      const raw = await bunAs(OTHER, sandbox, ["-e", connect, socket]);
      expect(raw.stdout.trim()).toMatch(/^(EACCES|EPERM)$/);
      for (const command of ["ls", "kill a", "daemon stop"]) {
        const { code, stderr } = await runAs(OTHER, sandbox, command.split(" "));
        const message = `Cannot use ${sandbox.home}: it belongs to user 0`;
        expect([code, stderr]).toEqual([4, expect.stringContaining(message)]);
      }
    }
    chmodSync(sandbox.home, 0o700);
    expect((await sandbox.status("a")).state).toBe("running");
    chmodSync(sandbox.root, 0o700);
    const { code, stderr } = await runAs(OTHER, sandbox, ["ls", "-C", sandbox.directory]);
    expect([code, stderr]).toEqual([
      2,
      `error: Cannot work in ${sandbox.directory}: permission denied\n`,
    ]);
  },
  SLOW_MS,
);
