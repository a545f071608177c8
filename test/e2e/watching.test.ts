/** `ls --watch`, on a terminal and without one. */

import { expect, test } from "bun:test";
import type { Status } from "../../src/protocol/status.ts";
import { eventually, Sandbox } from "./sandbox.ts";

const SLOW_MS = 60_000;
const CONFIG = { name: "shop", processes: { api: "sleep 1000", web: "sleep 1000" } };
const ENTER = "\u001B[?1049h";
const LEAVE = "\u001B[?1049l";
const HOME = "\u001B[H";

/** What stands on the screen, by what was last drawn. */
function screenOf(written: string): string[] {
  const drawn = written.slice(written.lastIndexOf(HOME) + HOME.length);
  return Bun.stripANSI(drawn).split("\r\n");
}

test(
  "on a terminal the list is drawn in place at every change, and the last one stays after Ctrl-C",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d");
    const terminal = sandbox.onTerminal(["ls", "--watch"]);
    await terminal.says(ENTER);
    const shows = (what: string, holds: (lines: readonly string[]) => boolean) =>
      eventually(what, async () => {
        const lines = screenOf(terminal.text());
        return { value: lines, done: holds(lines) };
      });
    const first = await shows("both to run", (lines) => /^web +running/.test(lines[2] ?? ""));
    expect(first).toHaveLength(3);
    await sandbox.ok("stop", "web");
    await shows("web to be stopped", (lines) => /^web +stopped/.test(lines[2] ?? ""));

    terminal.resize(40, 2);
    const small = await shows("two lines", (lines) => lines.length === 2);
    expect(small[1]).toBe("… and 2 more");
    expect(Math.max(...small.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(40);
    terminal.resize(100, 30);
    await shows("all of it", (lines) => lines.length === 3);

    terminal.type("\u001A");
    await terminal.says(LEAVE);
    process.kill(terminal.pid, "SIGCONT");
    await eventually("it to be drawn again", async () => {
      const value = terminal.text().split(ENTER).length - 1;
      return { value, done: value === 2 };
    });

    await sandbox.killDaemon();
    await sandbox.ok("start", "web");
    await shows("web to run again", (lines) => /^web +running/.test(lines[2] ?? ""));
    await sandbox.ok("down");
    await shows("nothing", ([line = ""]) => line.startsWith("Nothing runs here."));

    terminal.type("\u0003");
    expect(await terminal.exited).toBe(130);
    expect(terminal.text().split(LEAVE)[2]?.trim()).toContain("Nothing runs here.");
  },
  SLOW_MS,
);

test(
  "with --json each change is a line, the whole array",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d");
    const watching = sandbox.spawn(["ls", "--watch", "--json"]);
    const seen: Status[][] = [];
    const reading = (async () => {
      const decoder = new TextDecoder();
      let text = "";
      for await (const chunk of watching.stdout) {
        text += decoder.decode(chunk, { stream: true });
        const lines = text.split("\n");
        text = lines.pop() ?? "";
        seen.push(...lines.map((line) => JSON.parse(line) as Status[]));
      }
    })();
    const states = (what: string, wanted: string[]) =>
      eventually(what, async () => {
        const last = seen.at(-1)?.map(({ state }) => state) ?? [];
        return { value: last, done: Bun.deepEquals(last, wanted) };
      });
    await states("both to run", ["running", "running"]);
    // Nothing has happened since, so nothing is told.
    await sandbox.ok("ls");
    expect(seen).toHaveLength(1);
    await sandbox.ok("stop", "api");
    await states("api to be stopped", ["stopped", "running"]);
    await sandbox.ok("down");
    await states("nothing", []);
    watching.kill("SIGTERM");
    await reading;
  },
  SLOW_MS,
);

test(
  "without a terminal the table is written anew, and outside of a project it is an error as ever",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d");
    const { stdout } = await sandbox.shell("timeout 2 $PROCMAN ls --watch web | cat");
    expect(stdout).toMatch(/^NAME .*\nweb +running .*\n\n/);
    expect(stdout).not.toContain("\u001B");
    const { stdout: first } = await sandbox.shell("$PROCMAN ls --watch --json | head -1");
    expect((JSON.parse(first) as Status[]).map(({ name }) => name)).toEqual(["api.1", "web.1"]);
    const outside = await sandbox.shell("cd / && $PROCMAN ls --watch");
    expect([outside.code, outside.stderr.includes("Cannot find a project")]).toEqual([2, true]);
  },
  SLOW_MS,
);
