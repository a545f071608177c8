/** What is proposed against leftovers can be pasted. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leftoverFindings } from "../../../src/daemon/diagnosis/leftovers.ts";

test("in a home whose path a shell would take apart, the proposed command removes what it names, and nothing else", () => {
  const root = mkdtempSync(join(tmpdir(), "procman-leftovers-"));
  const home = join(root, "it's; my home");
  mkdirSync(join(home, "self-test-1"), { recursive: true });
  mkdirSync(join(root, "my"));
  try {
    const [finding] = leftoverFindings({ home, holder: null });
    expect(Bun.spawnSync(["sh", "-c", finding?.fix ?? ""], { cwd: root }).exitCode).toBe(0);
    expect([existsSync(join(home, "self-test-1")), existsSync(join(root, "my"))]).toEqual([
      false,
      true,
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
