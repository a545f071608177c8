/** `cmd | procman capture NAME`: what comes through a pipe is kept, shown and rotated as other output is. */

import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  config,
  COUNTER,
  expectWhole,
  grown,
  linesOf,
  logOf,
  olderThan,
  SLOW_MS,
} from "./captured.ts";
import { eventually, Sandbox } from "./sandbox.ts";

test(
  "what is captured is there byte for byte, in 'logs' beside the processes, with and without a daemon",
  async () => {
    await using sandbox = new Sandbox(config);
    const bytes = Buffer.concat([
      Buffer.from("plain\nno \0 NUL hidden\ninvalid \xff\xfe utf-8\n", "latin1"),
      Buffer.from("\u001B[31mred\u001B[0m\rover and over\r\n"),
      Buffer.alloc(5_000_000, "x"),
      Buffer.from("\nno end"),
    ]);
    writeFileSync(join(sandbox.directory, "input"), bytes);
    // Quiet: a daemon that takes long to start on a busy machine would be told of.
    const captured = await sandbox.shell("cat input | $PROCMAN capture odd -q");
    expect(captured).toEqual({ code: 0, stdout: "", stderr: "" });
    const kept = readFileSync(logOf(sandbox, "odd"));
    expect([kept.length, Bun.hash(kept)]).toEqual([bytes.length, Bun.hash(bytes)]);
    expect(readdirSync(join(sandbox.home, "run"))).toEqual([]);

    await sandbox.ok("up", "-d", "--wait");
    await sandbox.shell("echo compiled | $PROCMAN capture build");
    await sandbox.shell("echo a warning | $PROCMAN capture build --stream stderr");
    const shown = await sandbox.ok("logs", "api", "build");
    expect(shown).toBe("api   | up\nbuild | compiled\nbuild | a warning\n");
    expect(await sandbox.ok("logs", "-n", "2")).toBe("build | compiled\nbuild | a warning\n");
    const [line = ""] = (await sandbox.ok("logs", "build", "--json")).split("\n");
    expect(JSON.parse(line)).toMatchObject({ process: "build", instance: 0, line: "compiled" });
    await sandbox.ok("daemon", "stop");
    expect(await sandbox.ok("logs", "api", "build")).toBe(shown);
  },
  SLOW_MS,
);

test(
  "a capture is rotated like other logs, and nothing is lost by it",
  async () => {
    await using sandbox = new Sandbox(config);
    const { code } = await sandbox.shell("seq 1 4000000 | $PROCMAN capture numbers");
    expect(code).toBe(0);
    const path = logOf(sandbox, "numbers");
    await eventually("the second rotated file to be compressed", async () => {
      return { value: null, done: existsSync(`${path}.2.zst`) && !existsSync(`${path}.2`) };
    });
    const texts = [
      Bun.zstdDecompressSync(readFileSync(`${path}.2.zst`)).toString(),
      readFileSync(`${path}.1`, "utf8"),
      readFileSync(path, "utf8"),
    ];
    const expected = Array.from({ length: 4_000_000 }, (_, nth) => `${nth + 1}\n`).join("");
    const whole = [...olderThan(path, 2), ...texts].join("");
    expect(whole.length).toBe(expected.length);
    expect(Bun.hash(whole)).toBe(Bun.hash(expected));
  },
  SLOW_MS,
);

test(
  "names that cannot be captured are errors, and nothing of them is left",
  async () => {
    await using sandbox = new Sandbox(config);
    const rows = [
      ["capture", 2, "it takes one name"],
      ["capture a b", 2, "it takes one name"],
      ["capture all", 2, "it is reserved"],
      ["capture ../x", 2, "a name is 1 to 63 letters"],
      ["capture x --stream both", 2, "stream 'both'"],
      ["capture api", 1, "shop/api: a process of the project has that name"],
      ["-p ../x capture x", 2, "project"],
    ] as const;
    const expectErrors = async () => {
      for (const [line, status, said] of rows) {
        const { code, stderr, stdout } = await sandbox.shell(`echo one | $PROCMAN ${line}`);
        expect(stderr).toContain(said);
        expect([line, code, stdout]).toEqual([line, status, ""]);
      }
    };
    await expectErrors();
    await sandbox.ok("up", "-d");
    await expectErrors();
    expect(readdirSync(join(sandbox.home, "logs"))).toEqual(["shop"]);
    const terminal = sandbox.onTerminal(["capture", "x"]);
    expect(await terminal.exited).toBe(2);
  },
  SLOW_MS,
);

test(
  "two captures of one name and stream exclude each other, two streams do not",
  async () => {
    await using sandbox = new Sandbox(config);
    const first = sandbox.shell(`{ ${COUNTER}; } | $PROCMAN capture numbers`);
    await grown(sandbox, 1);
    const second = await sandbox.shell("echo one | $PROCMAN capture numbers");
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/Cannot capture stdout of shop\/numbers: pid \d+ does already/);
    const other = await sandbox.shell("echo one | $PROCMAN capture numbers --stream stderr");
    expect(other).toMatchObject({ code: 0, stdout: "" });
    sandbox.write("end", "");
    expect((await first).code).toBe(0);
    expectWhole(linesOf(sandbox));
  },
  SLOW_MS,
);

test(
  "flush empties a log while it is captured, and those of captures that are over",
  async () => {
    await using sandbox = new Sandbox(config);
    await sandbox.ok("up", "-d", "--wait");
    await sandbox.shell("echo one | $PROCMAN capture build");
    const ended = sandbox.shell(`{ ${COUNTER}; } | $PROCMAN capture numbers`);
    await grown(sandbox, 20);
    const { stderr } = await sandbox.run("flush");
    expect(stderr.split("\n").toSorted()).toEqual([
      "",
      "shop/api.1 flushed",
      "shop/build.0 flushed",
      "shop/numbers.0 flushed",
    ]);
    expect(readFileSync(logOf(sandbox, "build"), "utf8")).toBe("");
    await grown(sandbox, 20);
    sandbox.write("end", "");
    expect((await ended).code).toBe(0);
    expect(linesOf(sandbox)[0]).not.toBe("1");
    expect(linesOf(sandbox).at(-1)).toBe("last");
  },
  SLOW_MS,
);

test(
  "logs of captures outlive 'down' as others do, and go with 'down --logs'; outside of a project -p names one",
  async () => {
    await using sandbox = new Sandbox(config);
    await sandbox.ok("up", "-d", "--wait");
    await sandbox.shell("echo one | $PROCMAN capture build");
    await sandbox.ok("down");
    expect(await sandbox.ok("logs", "build")).toBe("build | one\n");
    await sandbox.ok("up", "-d", "--wait");
    await sandbox.ok("down", "--logs");
    const names = readdirSync(join(sandbox.home, "logs", "shop"));
    expect(names.filter((name) => name.endsWith(".log"))).toEqual([]);

    const elsewhere = await sandbox.shell(
      "cd / && echo two | $PROCMAN -p scratch capture build && $PROCMAN -p scratch logs",
    );
    expect(elsewhere).toMatchObject({ code: 0, stdout: "build | two\n" });
  },
  SLOW_MS,
);
