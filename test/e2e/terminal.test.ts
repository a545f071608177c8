/** What is shown on a terminal: colour where it is known and wanted, and no more lines than can be read. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { eventually, Sandbox } from "./sandbox.ts";

// In each file: what the sandbox sets holds for the file alone that is the first to load it.
setDefaultTimeout(60_000);

const ESCAPE = "\u001B[";

test("colour is for terminals that know it, and whose people want it", async () => {
  await using sandbox = new Sandbox({ name: "p", processes: { a: { command: "sleep 1000" } } });
  await sandbox.ok("up", "-d");
  const looks = [
    [["ls"], {}, "NAME", true],
    [["ls"], { TERM: "dumb" }, "NAME", false],
    [["ls"], { NO_COLOR: "1" }, "NAME", false],
    [["ls", "--no-color"], {}, "NAME", false],
    [["events", "-n", "1"], { TERM: "dumb" }, "is ready", false],
    [["stop", "nope"], {}, "error:", true],
    [["stop", "nope"], { TERM: "dumb" }, "error:", false],
  ] as const;
  for (const [args, env, text, isColoured] of looks) {
    const look = sandbox.onTerminal(args, env);
    await look.says(text);
    await look.exited;
    expect([args, env, look.text().includes(ESCAPE)]).toEqual([args, env, isColoured]);
  }
  expect(await sandbox.ok("ls")).not.toContain(ESCAPE);
});

test("logs on a terminal are the last 200 lines, unless something is asked; elsewhere all", async () => {
  const command = ["sh", "-c", "seq 1 300; exec sleep 1000"];
  await using sandbox = new Sandbox({ name: "p", processes: { a: { command } } });
  await sandbox.ok("up", "-d");
  await eventually("all to be captured", async () => {
    const value = await sandbox.ok("logs", "-n", "1");
    return { value, done: value.includes("300") };
  });
  const linesOf = (text: string): number => text.trimEnd().split("\n").length;
  const usual = sandbox.onTerminal(["logs"]);
  await usual.says("300");
  await usual.exited;
  expect(linesOf(usual.text())).toBe(200);
  const since = sandbox.onTerminal(["logs", "--since", "1h"]);
  await since.says("300");
  await since.exited;
  expect(linesOf(since.text())).toBe(300);
  expect(linesOf(await sandbox.ok("logs"))).toBe(300);
  expect(linesOf(await sandbox.ok("logs", "--tail", "5"))).toBe(5);
});
