/** Processes on terminals, and people on theirs who attach to them. */

import { readdirSync } from "node:fs";
import { expect, test } from "bun:test";
import { eventually, isAlive, Sandbox } from "./sandbox.ts";

const WAIT_MS = 60_000;
const DETACH = "\u001D";

/** Answers each line on its terminal: its size, a code to end with, or the line itself. */
const SHELL =
  'tty; while read -r line; do case $line in size) stty size;; end) seq 1 20000; exit 3;; *) echo "<$line>";; esac; done';

const PROJECT = {
  name: "shop",
  processes: {
    repl: { command: ["sh", "-c", SHELL], tty: true, restart: "no" },
    plain: "sleep 1000",
  },
};

test(
  "attach shows and types, gives the size of the window, and leaves the process running",
  async () => {
    await using sandbox = await started();
    const { pid } = await sandbox.status("repl");
    const window = sandbox.onTerminal(["attach", "repl"]);
    await window.says("Ctrl-] or Ctrl-P Ctrl-Q detaches.");
    await window.says(`\u001B[22;0t\u001B]2;shop/repl.1 - Ctrl-] or Ctrl-P Ctrl-Q detaches\u0007`);
    await window.says("/dev/");
    window.type("hello\r");
    await window.says("<hello>");
    window.type("size\r");
    await window.says("30 100");
    window.resize(90, 25);
    const sizes = () => window.text().match(/^\d+ \d+\r?$/gm) ?? [];
    await eventually("the new size to be there", async () => {
      const told = sizes().length;
      window.type("size\r");
      await eventually("the size to be told", async () => {
        const value = sizes();
        return { value, done: value.length > told };
      });
      return { value: sizes().at(-1), done: sizes().at(-1)?.trim() === "25 90" };
    });
    window.type(DETACH);
    expect(await window.exited).toBe(0);
    expect(window.text()).toContain("Detached from shop/repl.1");
    expect(window.text()).toContain("\u001B[23;0t");
    expect((await sandbox.status("repl")).pid).toBe(pid);
    expect(await sandbox.ok("logs", "repl")).toContain("<hello>");
    await sandbox.ok("send", "repl", "--text", "from afar");
    await eventually("what was sent to be read", async () => {
      const value = await sandbox.ok("logs", "repl");
      return { value, done: value.includes("<from afar>") };
    });
  },
  WAIT_MS,
);

test(
  "several see the same, and who comes later sees what was before",
  async () => {
    await using sandbox = await started();
    const first = sandbox.onTerminal(["attach", "repl"]);
    await first.says("/dev/");
    first.type("one\r");
    await first.says("<one>");
    const second = sandbox.onTerminal(["attach", "repl", "--detach-key", "ctrl-a"]);
    await second.says("<one>");
    second.type("two\r");
    await first.says("<two>");
    await second.says("<two>");
    second.type("\u0001");
    expect(await second.exited).toBe(0);
    first.type("three\r");
    await first.says("<three>");
    first.type(DETACH);
    expect(await first.exited).toBe(0);
  },
  WAIT_MS,
);

test(
  "docker's keys detach, and a Ctrl-P alone reaches the program",
  async () => {
    const command = ["sh", "-c", "stty raw -echo; echo ready; exec od -An -v -tx1 -w1"];
    await using sandbox = new Sandbox({ processes: { keys: { command, tty: true } } });
    await sandbox.ok("up", "-d", "--wait");
    const window = sandbox.onTerminal(["attach", "keys"], { TERM: "linux" });
    await window.says("ready");
    window.type("\u0010");
    await window.says(" 10\r");
    window.type("\u0011\u0010x");
    await window.says(" 78\r");
    window.type("\u0010\u0011");
    expect(await window.exited).toBe(0);
    expect(window.text()).not.toContain("\u001B]2;");
    const codes = (await sandbox.ok("logs", "keys", "--no-prefix", "--plain")).match(/\b\d\d\b/g);
    expect(codes).toEqual(["10", "11", "10", "78"]);
  },
  WAIT_MS,
);

test(
  "F01 a terminal and those on it outlive a crash and a restart of the daemon",
  async () => {
    await using sandbox = await started();
    const { pid } = await sandbox.status("repl");
    const window = sandbox.onTerminal(["attach", "repl"]);
    await window.says("/dev/");
    await sandbox.killDaemon();
    window.type("after a crash\r");
    await window.says("<after a crash>");
    await sandbox.ok("daemon", "restart");
    window.type("after a restart\r");
    await window.says("<after a restart>");
    expect((await sandbox.status("repl")).pid).toBe(pid);
    window.type(DETACH);
    await window.exited;
    await sandbox.ok("stop", "repl");
    expect(isAlive(pid ?? 0)).toBe(false);
  },
  WAIT_MS,
);

test(
  "F02 a flood on a terminal loses no line to daemons that are killed",
  async () => {
    const command = [
      "sh",
      "-c",
      "i=0; while [ $i -lt 60 ]; do seq 1 5000; i=$((i+1)); done; echo DONE; sleep 1000",
    ];
    await using sandbox = new Sandbox({ processes: { flood: { command, tty: true } } });
    await sandbox.ok("up", "-d");
    for (let nth = 0; nth < 3; nth += 1) {
      await sandbox.killDaemon();
      await sandbox.until("flood", ({ state }) => state === "running");
    }
    const path = (await sandbox.status("flood")).logs.stdout;
    const text = await eventually("the flood to end", async () => {
      const value = await Bun.file(path).text();
      return { value, done: value.includes("DONE") };
    });
    const wanted = Array.from({ length: 60 * 5_000 }, (_, at) => String((at % 5_000) + 1));
    expect(text.split("\r\n").slice(0, -2).join() === wanted.join()).toBe(true);
  },
  WAIT_MS,
);

test(
  "the end is told with its code, the last output is whole, and nothing of the terminal is left",
  async () => {
    await using sandbox = await started();
    const window = sandbox.onTerminal(["attach", "repl"]);
    await window.says("/dev/");
    window.type("end\r");
    expect(await window.exited).toBe(3);
    expect(window.text()).toContain("has ended with code 3");
    const lines = (await sandbox.ok("logs", "repl", "--no-prefix", "-n", "20000")).split("\n");
    expect(lines.map((line) => line.trim()).filter((line) => /^\d+$/.test(line))).toEqual(
      Array.from({ length: 20_000 }, (_, at) => String(at + 1)),
    );
    expect(readdirSync(`${sandbox.home}/run`).filter((name) => /in$|tty$/.test(name))).toEqual([]);
    const relays = sandbox.processes().filter((it) => commandOf(it).includes("procman-terminal"));
    expect(relays).toEqual([]);
  },
  WAIT_MS,
);

test.skipIf(Bun.which("vi") === null)(
  "a full-screen program is drawn anew for who comes, and leaves no trace on their terminal",
  async () => {
    await using sandbox = new Sandbox({
      processes: { edit: { command: ["vi", "note.txt"], tty: true, env: { HOME: "/nowhere" } } },
    });
    sandbox.write("note.txt", "a line that was there\n");
    await sandbox.ok("up", "-d", "--wait");
    for (const nth of [1, 2]) {
      const window = sandbox.onTerminal(["attach", "edit"]);
      await window.says("a line that was there");
      window.type(`Gotyped ${nth}\u001B:w\r`);
      await eventually("it to be written", async () => {
        const value = sandbox.read("note.txt");
        return { value, done: value.includes(`typed ${nth}`) };
      });
      window.type(DETACH);
      expect(await window.exited).toBe(0);
      const text = window.text();
      expect(text.lastIndexOf("\u001B[?1049l")).toBeGreaterThan(text.lastIndexOf("\u001B[?1049h"));
    }
    expect(sandbox.read("note.txt")).toBe("a line that was there\ntyped 1\ntyped 2\n");
  },
  WAIT_MS,
);

test(
  "who cannot attach is told why, and what to do",
  async () => {
    await using sandbox = await started();
    const off = await sandbox.run("attach", "repl");
    expect([off.code, off.stderr.includes("procman logs -f repl")]).toEqual([2, true]);
    for (const [args, code, says] of [
      [["plain"], 1, "tty: true"],
      [["nobody"], 3, "nobody"],
      [["repl", "--detach-key", "x"], 2, "as a key"],
      [[], 2, "has to be named"],
    ] as const) {
      const window = sandbox.onTerminal(["attach", ...args]);
      expect([args, await window.exited]).toEqual([args, code]);
      await window.says(says);
    }
    await sandbox.ok("stop", "repl");
    const window = sandbox.onTerminal(["attach", "repl"]);
    expect(await window.exited).toBe(1);
    await window.says("does not run");
  },
  WAIT_MS,
);

async function started(): Promise<Sandbox> {
  const sandbox = new Sandbox(PROJECT);
  await sandbox.ok("up", "-d", "--wait");
  return sandbox;
}

function commandOf(pid: number): string {
  return Bun.spawnSync(["ps", "-o", "args=", "-p", String(pid)]).stdout.toString();
}
