/** What the tests of captures share: a project, a writer of numbered lines, and a look at what was kept of them. */

import { expect } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, isAlive, type Sandbox } from "./sandbox.ts";

export const SLOW_MS = 120_000;
export const config = { name: "shop", processes: { api: "echo up; sleep 1000" } };

/** Numbered lines until the file `end` is there; then the last one. */
export const COUNTER =
  'n=0; while [ ! -e end ]; do n=$((n + 1)); echo "$n"; sleep 0.002; done; echo last';

/** The command, which writes its pid to the file `holder`. */
export function holding(name: string): string {
  return `sh -c 'echo $$ > holder; exec $PROCMAN capture ${name}'`;
}

/** The process whose pid is in that file is gone. */
export async function gone(sandbox: Sandbox, file: string | null): Promise<void> {
  if (file === null) return;
  const pid = Number(sandbox.read(file));
  await eventually(`${file} to be gone`, async () => ({ value: pid, done: !isAlive(pid) }));
}

export function logOf(sandbox: Sandbox, name: string): string {
  return join(sandbox.home, "logs", "shop", `${name}.0.stdout.log`);
}

export function linesOf(sandbox: Sandbox): string[] {
  const path = logOf(sandbox, "numbers");
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
}

export async function grown(sandbox: Sandbox, lines: number): Promise<void> {
  await eventually(`${lines} lines`, async () => {
    const count = linesOf(sandbox).length;
    return { value: count, done: count >= lines };
  });
}

export function expectWhole(lines: readonly string[]): void {
  const expected = [...lines.slice(0, -1).map((_, nth) => String(nth + 1)), "last"];
  expect(lines).toEqual(expected);
}

/** The texts of the rotated files that are older than the nth, the oldest first. */
export function olderThan(path: string, nth: number): string[] {
  const texts: string[] = [];
  for (let at = nth + 1; existsSync(`${path}.${at}.zst`); at += 1) {
    texts.unshift(Bun.zstdDecompressSync(readFileSync(`${path}.${at}.zst`)).toString());
  }
  return texts;
}
