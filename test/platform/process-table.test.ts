/** The process table, and what is found in it. */

import { expect, test } from "bun:test";
import { copyFileSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isAlive } from "../../src/platform/identity.ts";
import { createPortKeeper } from "../../src/platform/port-keeper.ts";
import { inspectTree, portHolder } from "../../src/platform/proc-info.ts";
import { processTable } from "../../src/platform/process-table.ts";
import { eventually, lives, Stage } from "./stage.ts";

test("a process is shown with its parent, its group and its start, in one row and among all", async () => {
  await using stage = new Stage();
  const { identity } = stage.start(["sleep", "1000"]);
  const row = processTable.row(identity.pid);
  const { pid } = identity;
  const expected = { ...identity, ppid: process.pid, pgid: pid, sid: pid, isZombie: false };
  expect(row).toEqual(expected);
  expect(processTable.rows()).toContainEqual(expected);
  expect(processTable.ageMs(identity)).toBeLessThan(60_000);
});

test.skipIf(process.platform !== "linux")(
  "names with blanks and brackets do not confuse",
  async () => {
    await using stage = new Stage();
    const path = join(stage.directory, "a) R 1 (b");
    copyFileSync("/bin/sleep", path);
    const { identity } = stage.start([path, "1000"]);
    expect(processTable.row(identity.pid)).toMatchObject({ pgid: identity.pid, isZombie: false });
  },
);

test("one that is not there has no row, no command and no run", async () => {
  await using stage = new Stage();
  const { identity, exit } = stage.start(["true"]);
  const row = processTable.row(identity.pid);
  await exit;
  expect(processTable.row(identity.pid)).toBeNull();
  expect(processTable.commandOf(identity.pid)).toBe("");
  expect(row === null ? null : processTable.runIdOf(row)).toBeNull();
});

test("a command line shows what is in it, and does nothing to the terminal that it is shown on", async () => {
  await using stage = new Stage();
  const word = "\u001B]0;title\u0007\u001B[2J naïve\nnext";
  const { identity } = stage.start(["sh", "-c", "sleep 1000; true", word]);
  await eventually("its program to run", () => {
    return processTable.commandOf(identity.pid).startsWith("sh -c");
  });
  const command = processTable.commandOf(identity.pid);
  expect(command).toBe("sh -c sleep 1000; true ?]0;title??[2J naïve next");
});

test("an ended process that nobody has reaped is a zombie and does not live", async () => {
  await using stage = new Stage();
  // `sleep` does not know of the child that it has from the shell that it was.
  const parent = stage.start(["sh", "-c", "sleep 0.01 & echo $!; exec sleep 1000"]);
  const pid = Number(await stage.says(parent));
  await eventually("it to end", () => !lives(pid));
  const row = processTable.row(pid);
  expect(row?.isZombie).toBe(true);
  expect(stage.processes.isAlive({ pid, startTicks: row?.startTicks ?? "" })).toBe(false);
});

test.skipIf(process.platform !== "linux")(
  "the run of a process is what its present program was given",
  async () => {
    await using stage = new Stage();
    const script =
      "until [ -e go ]; do sleep 0.01; done; exec env PROCMAN_RUN_ID=second sleep 1000";
    const { identity, runId } = stage.start(["sh", "-c", script]);
    const row = processTable.row(identity.pid);
    if (row === null) throw new Error("it is not there");
    // While a program is being loaded its environment reads as empty, for a moment.
    await eventually("its run to be seen", () => processTable.runIdOf(row) === runId);
    stage.file("go", "", 0o644);
    await eventually("the new one to be seen", () => processTable.runIdOf(row) === "second");
  },
);

test.skipIf(process.platform !== "linux")(
  "F03: the leader of a run is found by its mark, not one of its descendants",
  async () => {
    await using stage = new Stage();
    const findLeader = (runId: string) => stage.processes.findLeader(runId);
    const actor = stage.start(["sh", "-c", "setsid sleep 1000 & sleep 1000 & echo $!; wait"]);
    await stage.says(actor);
    expect(findLeader(actor.runId)).toEqual(actor.identity);
    process.kill(actor.identity.pid, "SIGKILL");
    await actor.exit;
    // Its children are what the tree has left; it must not be started beside them.
    expect(findLeader(actor.runId)).not.toBeNull();
    await stage.sweep(actor);
    expect(findLeader(actor.runId)).toBeNull();
  },
);

test("the tree of a run is told with its commands and the ports that it listens on", async () => {
  await using stage = new Stage();
  const server =
    "console.log(Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() }).port)";
  const argv = ["sh", "-c", `sleep 1000 & "$0" -e "$1"`, process.execPath, server];
  const actor = stage.start(argv);
  const port = Number(await stage.says(actor));
  const commands = () => {
    return inspectTree(actor.runId, actor.identity).nodes.map(({ command }) => command);
  };
  // Until its program is loaded it is another shell.
  await eventually("the sleep to be one", () => commands().includes("sleep 1000"));
  const tree = inspectTree(actor.runId, actor.identity);
  expect(tree.nodes[0]).toMatchObject({ pid: actor.identity.pid, parentPid: process.pid });
  expect(tree.listening).toEqual([port]);
  const holder = portHolder(port);
  expect(tree.nodes.map(({ pid }) => pid)).toContain(holder?.pid ?? 0);
  expect(holder?.command).toContain("Bun.serve");
});

test("nobody holds a port that nobody listens on", () => {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  expect(portHolder(port)?.pid).toBe(process.pid);
  listener.stop(true);
  expect(portHolder(port)).toBeNull();
});

test.skipIf(process.platform !== "linux")(
  "a process whose first thread has ended lives as long as another does, and is swept away whole",
  async () => {
    await using stage = new Stage();
    const program = resolve(import.meta.dir, "../fixtures/leaderless.py");
    const actor = stage.start(["python3", program]);
    const port = Number(await stage.says(actor));
    const { pid } = actor.identity;
    await eventually("its first thread to end", () =>
      readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z "),
    );
    expect(processTable.row(pid)).toMatchObject({ isZombie: false });
    expect(isAlive(actor.identity)).toBe(true);
    const ports = createPortKeeper();
    expect(ports.hold(port, "test")).toBe(false);
    await stage.sweep(actor);
    expect(isAlive(actor.identity)).toBe(false);
    expect(ports.hold(port, "test")).toBe(true);
    ports.release(port);
  },
);
