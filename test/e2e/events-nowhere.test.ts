/** Events of a project that is not known. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { Sandbox } from "./sandbox.ts";

setDefaultTimeout(60_000);

test("where nothing runs 'events' says so, at once with -f too; who goes on after a number sees the last of it", async () => {
  await using sandbox = new Sandbox({ processes: { a: { command: "sleep 1000" } } });
  await sandbox.ok("up", "-d");
  await sandbox.ok("down");
  for (const flags of [[], ["-f"]]) {
    const { code, stderr } = await sandbox.run("events", ...flags);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("Cannot find a project that runs in"),
    });
  }
  const project = "project";
  expect(await sandbox.ok("events", "-p", project, "--after", "1")).toContain("was forgotten");
});
