/** Both ways of capturing output keep the same promises. */

import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { createOutput } from "../../src/logs/output.ts";
import { logPath } from "../../src/logfile/paths.ts";
import { eventually } from "../e2e/eventually.ts";
import type { OutputRun } from "../../src/supervisor/ports.ts";
import { capture, owner, runOf, usePlane } from "./runs.ts";

for (const [name, splice] of [
  ["spliced", true],
  ["read and written", false],
] as const) {
  const withPlane = (use: Parameters<typeof usePlane>[1]) => usePlane(splice, use);

  test(`${name}: the file holds the child's bytes, whatever they are`, async () => {
    await withPlane(async (plane, home) => {
      const bytes = Buffer.concat([
        Buffer.from("plain\nno \0 NUL hidden\ninvalid \xff\xfe utf-8\n", "latin1"),
        Buffer.from("\u001B[31mred\u001B[0m\rover and over\r\n"),
        Buffer.alloc(10 * 1024 * 1024, "x"),
        Buffer.from("\nno end"),
      ]);
      const input = join(home, "input");
      await Bun.write(input, bytes);
      await capture(plane, runOf("home-1", { maxSizeBytes: 1e9 }), ["cat", input]);
      const stored = readFileSync(logPath(home, owner, "stdout"));
      expect(Bun.hash(stored)).toBe(Bun.hash(bytes));
      expect(stored.length).toBe(bytes.length);
    });
  });

  test(`${name}: a search finds what a run has written, from its start or from now on, line by line`, async () => {
    await withPlane(async (plane, home) => {
      const before = runOf("home-1");
      await capture(plane, before, ["sh", "-c", "echo ready once; echo bad once >&2"]);
      const run = runOf("home-2", { maxSizeBytes: 20 });
      const none = plane.search(run, { kind: "log", pattern: "ready" }, true);
      expect((await none.look()).line).toBeNull();
      const script =
        "echo one; echo two; printf '\\033[32mready\\033[0m in 3s\\r\\n'; echo bad >&2; echo three; echo rea";
      await capture(plane, run, ["sh", "-c", script]);
      const search = (pattern: string, fromStart = true, stream?: "stdout" | "stderr") => {
        const check = {
          kind: "log",
          pattern,
          ...(stream === undefined ? {} : { stream }),
        } as const;
        return plane.search(run, check, fromStart);
      };
      const late = search("again", false);
      expect((await late.look()).line).toBeNull();
      const rows = [
        [search("^ready in \\d+s$"), "ready in 3s"],
        [search("once"), null],
        [search("bad"), "bad"],
        [search("bad", true, "stdout"), null],
        [search("bad", true, "stderr"), "bad"],
        [search("ready", false), null],
        [none, "ready in 3s"],
      ] as const;
      for (const [it, found] of rows) expect((await it.look()).line).toBe(found);
      await capture(plane, run, ["sh", "-c", "echo again; echo again; echo ready"]);
      expect((await late.look()).line).toBe("again");
      expect((await late.look()).line).toBeNull();
      expect((await search("ready", false).look()).line).toBeNull();
      late.close();
      expect((await late.look()).line).toBeNull();
      expect(readdirSync(join(home, "logs", "shop")).length).toBeGreaterThan(2);
    });
  }, 30_000);

  test(`${name}: streams are kept apart, runs follow one another, pipes are gone after each`, async () => {
    await withPlane(async (plane, home) => {
      await capture(plane, runOf("home-1"), ["sh", "-c", "echo one; echo bad >&2"]);
      await capture(plane, runOf("home-2"), ["sh", "-c", "echo two > /dev/stdout"]);
      expect(readFileSync(logPath(home, owner, "stdout"), "utf8")).toBe("one\ntwo\n");
      expect(readFileSync(logPath(home, owner, "stderr"), "utf8")).toBe("bad\n");
      expect(readdirSync(join(home, "run"))).toEqual([]);
    });
  });

  test(`${name}: what waits in the pipe of a run that outlived its daemon is taken up`, async () => {
    const home = mkdtempSync(join(tmpdir(), "procman-output-"));
    const nothing = () => {}; // Nothing is expected of them.
    const options = { home, splice, trouble: nothing, onRotated: nothing, onDropped: nothing };
    const run = runOf("home-1");
    const first = createOutput(options);
    const ends = first.open(run);
    const child = Bun.spawn(["sh", "-c", "echo before; read line; echo after; read line"], {
      stdio: ["pipe", ends.stdoutFd, ends.stderrFd],
    });
    ends.close();
    await seen(logPath(home, owner, "stdout"), "before\n");
    await first.close();
    await child.stdin.write("go\n");
    await child.stdin.flush();
    const second = createOutput(options);
    second.resume(run);
    await seen(logPath(home, owner, "stdout"), "before\nafter\n");
    await child.stdin.end();
    await child.exited;
    await second.drain(run.runId);
    await second.close();
    rmSync(home, { recursive: true });
  });

  test(`${name}: files are rotated at line ends, and only so many are kept`, async () => {
    await withPlane(async (plane, home) => {
      const rules = { maxSizeBytes: 1_000, maxFiles: 2 };
      await capture(plane, runOf("home-1", rules), ["seq", "1", "2000"]);
      const path = logPath(home, owner, "stdout");
      const texts = [`${path}.2`, `${path}.1`, path].map((it) => readFileSync(it, "utf8"));
      expect(existsSync(`${path}.3`)).toBe(false);
      expect(texts.slice(0, 2).every((it) => it.length >= 1_000 && it.length < 1_010)).toBe(true);
      const numbers = texts.join("").trimEnd().split("\n").map(Number);
      expect(numbers.at(-1)).toBe(2_000);
      expect(numbers).toEqual(numbers.map((_, at) => (numbers[0] ?? 0) + at));
    });
  });

  test(`${name}: other rules hold for a run that is under way, copies included`, async () => {
    await withPlane(async (plane, home) => {
      const path = logPath(home, owner, "stdout");
      const [first, second] = [join(home, "first.log"), join(home, "second.log")];
      const ends = plane.open(runOf("home-1", { file: first }));
      const child = Bun.spawn(["sh", "-c", "while read n; do seq 1 $n; echo said $n; done"], {
        stdio: ["pipe", ends.stdoutFd, ends.stderrFd],
      });
      ends.close();
      const say = async (count: number, end: string): Promise<void> => {
        await child.stdin.write(`${count}\n`);
        await child.stdin.flush();
        await ended(path, end);
      };
      const adjust = async (rules: Partial<OutputRun["log"]>): Promise<void> => {
        plane.adjust(runOf("home-1", rules));
        await plane.flush([]); // What is asked is done in order.
      };
      await say(1_000, "said 1000\n");
      await adjust({ file: first, maxSizeBytes: 100, maxFiles: 2 });
      await say(500, "said 500\n");
      const names = () => readdirSync(dirname(path)).filter((it) => it.includes("stdout.log."));
      expect(names().toSorted()).toEqual(["api.1.stdout.log.1", "api.1.stdout.log.2"]);
      expect(readFileSync(`${path}.1`).length).toBeLessThan(110);
      await adjust({ file: second, maxSizeBytes: 1_000_000, maxFiles: 1 });
      await say(3, "said 3\n");
      expect(names()).toEqual(["api.1.stdout.log.1"]);
      await ended(second, "said 3\n"); // Copied after it was written.
      expect(readFileSync(second, "utf8")).toBe("1\n2\n3\nsaid 3\n");
      expect(readFileSync(first, "utf8").endsWith("said 500\n")).toBe(true);
      await child.stdin.end();
      await child.exited;
      await plane.drain("home-1");
    });
  });

  test(`${name}: a log that is deleted while it is written comes back`, async () => {
    await withPlane(async (plane, home) => {
      const path = logPath(home, owner, "stdout");
      const ends = plane.open(runOf("home-1"));
      const child = Bun.spawn(["sh", "-c", "while read line; do echo $line; done"], {
        stdio: ["pipe", ends.stdoutFd, ends.stderrFd],
      });
      ends.close();
      await child.stdin.write("one\n");
      await child.stdin.flush();
      await seen(path, "one\n");
      rmSync(path);
      await child.stdin.write("two\n");
      await child.stdin.end();
      await child.exited;
      await plane.drain("home-1");
      expect(readFileSync(path, "utf8")).toBe("two\n");
    });
  });

  test(`${name}: two runs that write to one file at once tear no line of each other, and lose none`, async () => {
    await withPlane(async (plane, home) => {
      const copy = join(home, "both.log");
      const rules = { file: copy, maxSizeBytes: 3_000, maxFiles: 50 };
      const runs = [runOf("home-1", rules), runOf("home-2", rules)];
      // Each line comes in two halves.
      const halves =
        "printf '%s %s ' $0 $i; [ $((i % 9)) = 0 ] && sleep 0.01; printf '%s%s\\n' $0 $i";
      const loop = `i=0; while [ $i -lt 400 ]; do i=$((i+1)); ${halves}; done; printf "$0 end"`;
      const children = runs.map((run, at) => capture(plane, run, ["sh", "-c", loop, `r${at}`]));
      await Promise.all(children);
      // What a run has left without an end is gone on with by whoever comes after it.
      const whole = /^(?:r\d end)?(?:(r\d) (\d+) \1\2)?$|^(?:r\d end){2}$/;
      for (const path of [logPath(home, owner, "stdout"), copy]) {
        const files = readdirSync(dirname(path)).filter((it) => it.startsWith(basename(path)));
        const text = files.map((it) => readFileSync(join(dirname(path), it), "utf8")).join("\n");
        const lines = text.split("\n").filter((it) => it !== "");
        expect(lines.filter((it) => !whole.test(it))).toEqual([]);
        expect(new Set(lines.flatMap((it) => /r\d \d+ r\d+$/.exec(it)?.[0] ?? [])).size).toBe(800);
      }
      const search = (run: OutputRun, pattern: string) =>
        plane.search(run, { kind: "log", pattern }, true);
      const first = runs[0] ?? runOf("home-1");
      const [own, others] = [search(first, "^r0 400 "), search(first, "^r1 \\d+ ")];
      expect((await own.look()).line).toBe("r0 400 r0400");
      expect((await others.look()).line).toBeNull();
      own.close();
      others.close();
    });
  });
}

async function ended(path: string, end: string): Promise<void> {
  await eventually(`${path} to end with ${end}`, async () => {
    const text = textOf(path);
    return { value: text.slice(-20), done: text.endsWith(end) };
  });
}

async function seen(path: string, text: string): Promise<void> {
  await eventually(`${path} to hold ${text}`, async () => {
    const value = textOf(path);
    return { value, done: value === text };
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // Not there yet, or being rotated at this moment.
  }
}
