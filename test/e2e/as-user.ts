/** Commands of another user, for tests that run as root. */

import { chmodSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Ran, Sandbox } from "./sandbox.ts";

const MAIN = resolve(import.meta.dir, "../../src/cli/main.ts");

/** Usually `nobody`. */
export const OTHER = 65_534;

export const isRoot = process.getuid?.() === 0;

if (!isRoot) console.warn("skipped: what needs another user, because these tests are not root's");

/** The project can be entered by everybody, the home by its owner alone. */
export function letOthersIn(sandbox: Sandbox): void {
  chmodSync(sandbox.directory, 0o755);
  // The gate gives its tests a directory that is its own.
  for (let path = sandbox.root; isOurs(path); path = dirname(path)) chmodSync(path, 0o755);
}

function isOurs(path: string): boolean {
  return path !== "/" && (statSync(path).mode & 0o005) !== 0o005;
}

export async function runAs(
  user: number,
  sandbox: Sandbox,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ran> {
  return bunAs(user, sandbox, ["--config=/dev/null", "--no-env-file", MAIN, ...args], env);
}

export async function bunAs(
  user: number,
  sandbox: Sandbox,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ran> {
  const child = Bun.spawn([process.execPath, ...args], {
    cwd: sandbox.directory,
    env: { PATH: process.env["PATH"] ?? "", PROCMAN_HOME: sandbox.home, ...env },
    uid: user,
    gid: user,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, code] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { code, stdout, stderr };
}
