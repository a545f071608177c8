/** Commands that procman runs for itself: given their input, and ended whole. */

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCommandJournal } from "../../src/platform/command-journal.ts";
import { runCommand } from "../../src/platform/run-command.ts";
import { eventually } from "../e2e/eventually.ts";
import { shell } from "../observers/notices.ts";

const PATIENT_MS = 30_000;

const NEVER = new AbortController().signal;

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "procman-command-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

type Run = (line: string, stdin?: string, end?: AbortSignal) => ReturnType<typeof runCommand>;

/** Through pipes, as those that do not outlive the daemon, and through files. */
const RUNS: readonly (readonly [how: string, run: Run])[] = [
  [
    "through pipes",
    (line, stdin = "", end = NEVER) =>
      runCommand({ launch: shell(line, directory), stdin, end }, null),
  ],
  [
    "through files",
    (line, stdin = "", end = NEVER) => {
      const journal = openCommandJournal(join(directory, "commands"));
      const place = { journal, scratch: directory };
      return runCommand({ launch: shell(line, directory), stdin, end }, place);
    },
  ],
];

/** True when the process is there and no zombie. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

const gone = (pid: number) =>
  eventually(`process ${pid} to be gone`, async () => ({ value: pid, done: !isAlive(pid) }));

const pidIn = (name: string) => Number(readFileSync(join(directory, name), "utf8"));

describe.each(RUNS)("a command %s", (_, run) => {
  test(
    "reads all of its input, however long",
    async () => {
      const text = "x".repeat(300_000);
      expect(await run("cat > all", text)).toEqual({ ok: true });
      expect(readFileSync(join(directory, "all"), "utf8")).toBe(text);
    },
    PATIENT_MS,
  );

  test(
    "may leave its input alone",
    async () => {
      expect(await run("exit 0", "x".repeat(300_000))).toEqual({ ok: true });
    },
    PATIENT_MS,
  );

  test.each([
    ["exit 3", "exited with code 3"],
    ["echo why >&2; exit 1", "exited with code 1: why"],
    ["echo why >&2; echo bye; exit 1", "exited with code 1: why"],
    ["echo 2 tests failed; exit 1", "exited with code 1: 2 tests failed"],
    ["kill -9 $$", "was killed by SIGKILL"],
  ])(
    "that fails tells how: %s",
    async (line, reason) => {
      expect(await run(line)).toMatchObject({ ok: false, reason });
    },
    PATIENT_MS,
  );

  test(
    "that fails with a secret of its environment on its lips does not tell it",
    async () => {
      const launch = shell("echo no entry with $API_TOKEN >&2; exit 1", directory);
      const env = { ...launch.env, API_TOKEN: "sesame-sesame" };
      const { signal } = new AbortController();
      const outcome = await runCommand({ launch: { ...launch, env }, stdin: "", end: signal });
      const reason = "exited with code 1: no entry with ********";
      expect(outcome).toMatchObject({ ok: false, reason });
    },
    PATIENT_MS,
  );

  test(
    "that floods stderr leaves its last line",
    async () => {
      const outcome = await run("yes noise | head -c 3000000 >&2; echo; echo end >&2; exit 1");
      expect(outcome).toMatchObject({ ok: false, reason: "exited with code 1: end" });
    },
    PATIENT_MS,
  );

  test(
    "leaves no file behind",
    async () => {
      await run("echo here; echo there >&2; exit 1");
      expect(readdirSync(directory).filter((name) => name !== "commands")).toEqual([]);
    },
    PATIENT_MS,
  );

  test(
    "is killed with all that it started when its end comes",
    async () => {
      const end = new AbortController();
      const outcome = run("sleep 1000 & echo $! > child; wait", "", end.signal);
      await eventually("the child", async () => ({
        value: null,
        done: await Bun.file(join(directory, "child"))
          .text()
          .then(
            (it) => it.endsWith("\n"),
            () => false,
          ),
      }));
      end.abort();
      expect(await outcome).toMatchObject({ ok: false, reason: "was killed by SIGKILL" });
      await gone(pidIn("child"));
    },
    PATIENT_MS,
  );

  test(
    "leaves nothing behind when it ends by itself",
    async () => {
      expect(await run("sleep 1000 & echo $! > child")).toEqual({ ok: true });
      await gone(pidIn("child"));
    },
    PATIENT_MS,
  );
});

test(
  "one that a daemon of before has left is ended whole by the next, one that has ended is not looked for",
  async () => {
    const path = join(directory, "commands");
    const journal = openCommandJournal(path);
    const launch = shell("echo $$ > leader; sleep 1000 & echo $! > child; wait", directory);
    const request = { launch, stdin: "", end: NEVER, isRunAgain: true };
    const place = { journal, scratch: directory };
    await runCommand({ ...request, launch: shell("exit 0", directory) }, place);
    const left = runCommand(request, place);
    await eventually("it to be there", async () => {
      const done = existsSync(join(directory, "child")) && pidIn("child") > 0;
      return { value: null, done };
    });
    openCommandJournal(path);
    expect(await left).toMatchObject({ ok: false, reason: "was killed by SIGKILL" });
    await gone(pidIn("child"));
    expect(readFileSync(path, "utf8")).toBe("");
  },
  PATIENT_MS,
);
