import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withPreload } from "../../src/platform/bun-preload.ts";

const root = mkdtempSync(join(tmpdir(), "procman-test-preload-"));
afterAll(() => rmSync(root, { recursive: true }));

test.each(["plain", "with blank", "o'clock", 'a "quote"', "dollar$HOME"])(
  "Bun loads a file below %s first, and keeps the options that there were",
  (name) => {
    const directory = join(root, name);
    mkdirSync(directory);
    const file = join(directory, "first.ts");
    writeFileSync(file, "globalThis.was = 'loaded';");
    const options = withPreload("--conditions=extra --smol", file);
    const { stdout, stderr } = Bun.spawnSync(
      [process.execPath, "-e", "console.log(globalThis.was, process.execArgv.join(' '))"],
      { env: { BUN_OPTIONS: options } },
    );
    expect(String(stderr)).toBe("");
    expect(String(stdout)).toContain("loaded");
    expect(String(stdout)).toContain("--smol");
  },
);
