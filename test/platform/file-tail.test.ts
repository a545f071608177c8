/** The output of commands that outlive the daemon goes to files that stay short and have no names. */

import { expect, test } from "bun:test";
import { fstatSync, mkdtempSync, readdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFileTail } from "../../src/platform/file-tail.ts";
import { eventually } from "../e2e/eventually.ts";

test("a flood is cut off, and what was written last is kept", async () => {
  const directory = mkdtempSync(join(tmpdir(), "procman-file-tail-"));
  try {
    const tail = openFileTail(directory);
    const fd = Number(tail?.end);
    expect(readdirSync(directory)).toEqual([]);
    writeSync(fd, `${"noise\n".repeat(200_000)}before\n`);
    await eventually("the file to be short", async () => {
      const { size } = fstatSync(fd);
      return { value: size, done: size === 0 };
    });
    writeSync(fd, "after\n");
    expect((await tail?.finish())?.toString()).toEndWith("noise\nbefore\nafter\n");
    expect(() => fstatSync(fd)).toThrow();
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 30_000);

test("where no file can be made there is none", () => {
  expect(openFileTail("/nonexistent/directory")).toBeNull();
});
