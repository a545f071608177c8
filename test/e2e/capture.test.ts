/** `cmd | procman capture NAME`: what comes through a pipe is kept as other output is, whatever becomes of the daemon. */

import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, isAlive, kill, Sandbox } from "./sandbox.ts";

const SLOW_MS = 120_000;
const config = { name: "shop", processes: { api: "echo up; sleep 1000" } };

/** Numbered lines until the file `end` is there; then the last one. */
const COUNTER = 'n=0; while [ ! -e end ]; do n=$((n + 1)); echo "$n"; sleep 0.002; done; echo last';

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
    const { code, stdout, stderr } = await sandbox.shell("cat input | $PROCMAN capture odd");
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
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
  "a capture goes on over a daemon that is killed and one that is replaced: no line is lost, doubled or torn",
  async () => {
    await using sandbox = new Sandbox(config);
    const ended = sandbox.shell(`{ ${COUNTER}; } | $PROCMAN capture numbers`);
    await grown(sandbox, 20);
    await sandbox.killDaemon();
    await grown(sandbox, linesOf(sandbox).length + 200);
    await sandbox.ok("daemon", "restart");
    await grown(sandbox, linesOf(sandbox).length + 200);
    sandbox.write("end", "");
    expect(await ended).toEqual({ code: 0, stdout: "", stderr: "" });
    expectWhole(linesOf(sandbox));
    expect(readdirSync(join(sandbox.home, "run"))).toEqual([]);
  },
  SLOW_MS,
);

test(
  "without a daemon what comes waits, which is said, and is kept as soon as there is one again",
  async () => {
    await using sandbox = new Sandbox(config);
    const ended = sandbox.shell(`{ ${COUNTER}; } | $PROCMAN capture numbers 2> said`);
    await grown(sandbox, 20);
    await sandbox.ok("daemon", "stop");
    const stopped = linesOf(sandbox).length;
    await eventually("it to be said", async () => {
      const said = sandbox.read("said");
      return { value: said, done: said.includes("there is no daemon: what comes waits") };
    });
    expect(existsSync(join(sandbox.home, "daemon.sock"))).toBe(false);
    await sandbox.ok("daemon", "start");
    await grown(sandbox, stopped + 200);
    await sandbox.ok("daemon", "stop");
    // At its end a daemon is started for what waits.
    sandbox.write("end", "");
    expect((await ended).code).toBe(0);
    expectWhole(linesOf(sandbox));
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
    expect(other).toEqual({ code: 0, stdout: "", stderr: "" });
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

for (const [signal, text, status] of [
  ["SIGINT", "ready\nbye\n", 0],
  ["SIGTERM", "ready\n", 143],
] as const) {
  const what =
    signal === "SIGINT"
      ? "Ctrl-C is for who writes: its last words are kept"
      : "SIGTERM ends the capture, and what came is kept";
  test(
    what,
    async () => {
      await using sandbox = new Sandbox(config);
      const script =
        "trap 'echo bye; exit' INT; echo $$ > writer; echo ready; while :; do sleep 0.01; done";
      sandbox.write("writer.sh", script);
      const ended = sandbox.shell(`sh writer.sh | ${holding("words")}`);
      const path = logOf(sandbox, "words");
      await eventually("the first line", async () => {
        const value = existsSync(path) ? readFileSync(path, "utf8") : "";
        return { value, done: value === "ready\n" };
      });
      process.kill(Number(sandbox.read("holder")), signal);
      await gone(sandbox, signal === "SIGTERM" ? "holder" : null);
      process.kill(Number(sandbox.read("writer")), "SIGINT");
      expect((await ended).code).toBe(status);
      expect(readFileSync(path, "utf8")).toBe(text);
    },
    SLOW_MS,
  );
}

test(
  "when a capture is killed what came is kept, its pipe goes, and who writes is told by SIGPIPE",
  async () => {
    await using sandbox = new Sandbox(config);
    const ended = sandbox.shell(
      `{ sh -c 'while :; do echo x; sleep 0.002; done'; echo $? > status; } | ${holding("numbers")}`,
    );
    await grown(sandbox, 20);
    const holder = Number(sandbox.read("holder"));
    kill(holder);
    await ended;
    const status = await eventually("the writer to end", async () => {
      const value = existsSync(join(sandbox.directory, "status")) ? sandbox.read("status") : "";
      return { value, done: value !== "" };
    });
    expect(Number(status)).toBeGreaterThan(0);
    await eventually("the pipe to be gone", async () => {
      const pipes = readdirSync(join(sandbox.home, "run"));
      return { value: pipes, done: pipes.length === 0 };
    });
    expect(isAlive(holder)).toBe(false);
    expect(new Set(linesOf(sandbox))).toEqual(new Set(["x"]));
    expect(await sandbox.shell("echo y | $PROCMAN capture numbers")).toMatchObject({ code: 0 });
    expect(linesOf(sandbox).at(-1)).toBe("y");
  },
  SLOW_MS,
);

/** The command, which writes its pid to the file `holder`. */
function holding(name: string): string {
  return `sh -c 'echo $$ > holder; exec $PROCMAN capture ${name}'`;
}

/** The process whose pid is in that file is gone. */
async function gone(sandbox: Sandbox, file: string | null): Promise<void> {
  if (file === null) return;
  const pid = Number(sandbox.read(file));
  await eventually(`${file} to be gone`, async () => ({ value: pid, done: !isAlive(pid) }));
}

function logOf(sandbox: Sandbox, name: string): string {
  return join(sandbox.home, "logs", "shop", `${name}.0.stdout.log`);
}

function linesOf(sandbox: Sandbox): string[] {
  const path = logOf(sandbox, "numbers");
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
}

async function grown(sandbox: Sandbox, lines: number): Promise<void> {
  await eventually(`${lines} lines`, async () => {
    const count = linesOf(sandbox).length;
    return { value: count, done: count >= lines };
  });
}

function expectWhole(lines: readonly string[]): void {
  const expected = [...lines.slice(0, -1).map((_, nth) => String(nth + 1)), "last"];
  expect(lines).toEqual(expected);
}

/** The texts of the rotated files that are older than the nth, the oldest first. */
function olderThan(path: string, nth: number): string[] {
  const texts: string[] = [];
  for (let at = nth + 1; existsSync(`${path}.${at}.zst`); at += 1) {
    texts.unshift(Bun.zstdDecompressSync(readFileSync(`${path}.${at}.zst`)).toString());
  }
  return texts;
}
