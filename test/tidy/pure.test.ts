/** The second type check of the pure layers knows nothing of the world outside them. */

import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const OUTSIDE = [
  "setTimeout(() => {}, 1)",
  "fetch('/')",
  "process.env",
  "Bun.version",
  "performance.now()",
  "console.log()",
  "crypto.randomUUID()",
];

test("timers, fetch, process, Bun and their like are type errors in the pure layers", async () => {
  const directory = mkdtempSync(join(tmpdir(), "pure-"));
  try {
    writeFileSync(join(directory, "outside.ts"), `${OUTSIDE.join(";\n")};\n`);
    const settings = {
      extends: join(import.meta.dir, "pure.tsconfig.json"),
      include: ["outside.ts"],
    };
    writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(settings));
    const child = Bun.spawn([process.execPath, "check", "-p", "tsconfig.json"], {
      cwd: directory,
      env: { ...process.env, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = (await child.stdout.text()) + (await child.stderr.text());
    const lines = [...said.matchAll(/outside\.ts\((\d+),\d+\): error/g)].map(([, line]) => line);
    expect(new Set(lines)).toEqual(new Set(OUTSIDE.map((_, index) => String(index + 1))));
    expect(await child.exited).not.toBe(0);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
