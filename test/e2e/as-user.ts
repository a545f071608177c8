/** Commands of another user, for tests that run as root. */

import { chmodSync } from "node:fs";
import { resolve } from "node:path";
import type { Ran, Sandbox } from "./sandbox.ts";

const MAIN = resolve(import.meta.dir, "../../src/cli/main.ts");

/** Usually `nobody`. */
export const OTHER = 65_534;

export const isRoot = process.getuid?.() === 0;

if (!isRoot) console.warn("skipped: what needs another user, because these tests are not root's");

/** The project can be entered by everybody, the home by its owner alone. */
export function letOthersIn(sandbox: Sandbox): void {
  chmodSync(sandbox.root, 0o755);
  chmodSync(sandbox.directory, 0o755);
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
