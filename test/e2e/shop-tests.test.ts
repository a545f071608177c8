/** The example shop's own tests, run as CI runs them. */

import { expect, test } from "bun:test";
import { shopSandbox } from "./shop.ts";

test("procman exec -- bun test: the shop's tests pass with 0, and with a broken part fail with 1", async () => {
  await using sandbox = shopSandbox();
  const asked = ["exec", "--timeout", "50s", "--keep-logs", "kept", "--", "bun", "test"];
  const green = await sandbox.run(...asked);
  expect([green.code, green.stderr]).toEqual([0, expect.stringMatching(/^ 3 pass\n 0 fail$/m)]);

  const api = sandbox.read("api.ts");
  const broken = api.replace("{ status: 404 }", "{ status: 200 }");
  expect(broken).not.toBe(api);
  sandbox.write("api.ts", broken);
  const red = await sandbox.run(...asked);
  expect([red.code, red.stderr]).toEqual([1, expect.stringMatching(/^ 2 pass\n 1 fail$/m)]);

  // What cannot start is not tested.
  sandbox.write("api.ts", "console.error('no shelves'); process.exit(3);");
  const dead = await sandbox.run(...asked);
  expect([dead.code, dead.stderr]).toEqual([1, expect.stringContaining("no shelves")]);
  expect(dead.stderr).not.toContain("pass");

  const states = (await sandbox.list()).map(({ process, pid }) => [process, pid]);
  expect(states.filter(([, pid]) => pid !== null)).toEqual([]);
}, 180_000);
