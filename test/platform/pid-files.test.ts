/** Pid files in directories that others may write to. */

import { expect, test } from "bun:test";
import { lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPidFiles } from "../../src/platform/pid-files.ts";

test("a link laid where the file is written to, or in its place, has no other file overwritten", () => {
  const directory = mkdtempSync(join(tmpdir(), "procman-pid-files-"));
  const [victim, file] = [join(directory, "victim"), join(directory, "a.pid")];
  writeFileSync(victim, "precious");
  for (const trap of [file, `${file}.${process.pid}.new`]) symlinkSync(victim, trap);
  try {
    createPidFiles().write(file, 42);
    expect(readFileSync(victim, "utf8")).toBe("precious");
    expect(readFileSync(file, "utf8")).toBe("42\n");
    expect(lstatSync(file).isSymbolicLink()).toBe(false);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
