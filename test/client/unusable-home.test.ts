/** A home that no daemon can have: the cause and the next step, and nothing is started. */

import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { homePath } from "../../src/client/paths.ts";
import { startDaemon } from "../../src/client/start-daemon.ts";
import { unwritable } from "../../src/client/paths.ts";
import { ERROR_EXIT, ProcmanError, type Problem } from "../../src/model/errors.ts";

const ELSEWHERE = "Set PROCMAN_HOME, or --home, to a directory that you can write to.";

test.each([
  ["a file", (home: string) => writeFileSync(home, ""), "it is not a directory"],
  [
    "without its log",
    (home: string) => mkdirSync(join(home, "daemon.log"), { recursive: true, mode: 0o700 }),
    "it is a directory",
  ],
])("a home that is %s is refused with the way on", (_, make, cause) => {
  using place = new Place();
  make(place.home);
  const problem = problemOf(() => startDaemon(place.home));
  expect(problem).toMatchObject({ code: "HOME_UNUSABLE", hint: ELSEWHERE });
  expect(problem.message).toEndWith(`: ${cause}`);
  expect(problem.message).toStartWith(`Cannot write to ${place.home}`);
});

test.each([
  [
    "open to others",
    (home: string) => {
      mkdirSync(home);
      chmodSync(home, 0o755);
    },
    "others may enter it (mode 755)",
  ],
  ["a link", (home: string) => symlinkSync(tmpdir(), home), "it is a symbolic link"],
])(
  "a home that is %s is refused, because others could have put something there",
  (_, make, cause) => {
    using place = new Place();
    make(place.home);
    const problem = problemOf(() => startDaemon(place.home));
    expect(problem.message).toBe(`Cannot use ${place.home}: ${cause}`);
    expect(problem.hint).toContain("chmod 700");
  },
);

test.each([
  ["EROFS", "its file system is read-only"],
  ["EACCES", "permission denied"],
  ["ENOSPC", "the disk is full"],
])("%s is told in words, and is no bug of procman", (code, words) => {
  const error = Object.assign(new Error(`${code}: something`), { code });
  const problem = problemOf(() => unwritable("/somewhere", error));
  expect(problem.message).toBe(`Cannot write to /somewhere: ${words}`);
  expect(ERROR_EXIT[problem.code]).toBe(4);
});

test("without HOME, what to set is said", () => {
  const problem = problemOf(() => homePath({ HOME: "" }, null));
  expect(problem.hint).toBe("Set HOME or PROCMAN_HOME.");
});

class Place {
  readonly #root = mkdtempSync(join(tmpdir(), "procman-test-"));
  readonly home = join(this.#root, "home");

  [Symbol.dispose](): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

function problemOf(act: () => unknown): Problem {
  try {
    act();
  } catch (error) {
    if (error instanceof ProcmanError) return error.problem;
    throw error;
  }
  throw new Error("nothing was refused");
}
