/** Whether the program on disk can be the next daemon of a home: it is tried in a process of its own before the
 *  present daemon gives its place up for it. */

import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createOutput } from "../logs/output.ts";
import { checkRegistry } from "../store/registry-check.ts";
import type { NextProgram } from "./hand-over.ts";

/** It takes a tenth of a second; one that takes that long does not come up. */
const PATIENCE_MS = 5_000;

/** Null when it can; else what is wrong with it. */
export async function faultOf(next: NextProgram, home: string): Promise<string | null> {
  try {
    const child = Bun.spawn([...next, "--home", home, "--self-test"], {
      env: process.env,
      stdio: ["ignore", "ignore", "pipe"],
      timeout: PATIENCE_MS,
      killSignal: "SIGKILL",
    });
    const [said, code] = await Promise.all([child.stderr.text(), child.exited]);
    if (code === 0) return null;
    if (child.signalCode === "SIGKILL") return `it does not come up within ${PATIENCE_MS} ms`;
    const error = /^.*error: .*$/im.exec(said)?.[0] ?? said.trim().split("\n")[0] ?? "";
    return `it ended with code ${code}: ${error.trim()}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What `main.ts --self-test` does, when all that it imports has been loaded: throws when something does not work. */
export async function testItself(home: string): Promise<void> {
  checkRegistry(home);
  const directory = mkdtempSync(join(home, "self-test-"));
  try {
    const troubles: string[] = [];
    // The log worker is a program of its own.
    const output = createOutput({
      home: directory,
      trouble: (what, error) => troubles.push(`${what}: ${String(error)}`),
      onRotated: () => {},
      onDropped: () => {},
    });
    await output.close();
    if (troubles.length > 0) throw new Error(troubles.join("; "));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
