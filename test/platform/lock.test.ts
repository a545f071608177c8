/** The daemon's lock: one holder for life, over a change of its program, and free as soon as it is dead. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import { fixture, lives, Stage } from "./stage.ts";

/** Starts a holder, or one that is refused. */
async function holder(stage: Stage, how = "plain") {
  const path = join(stage.directory, "daemon.lock");
  const argv = [process.execPath, fixture("lock-holder.ts"), path, how];
  const actor = stage.start(argv, { env: { ...process.env } as Record<string, string> });
  return { ...actor, said: (await stage.says(actor)).split(" ") };
}

for (const how of ["plain", "exec"]) {
  test(`F07: a lock has one holder, and it is free when that is killed (${how})`, async () => {
    await using stage = new Stage();
    const first = await holder(stage, how);
    expect(first.said[0]).toBe("held");
    expect((await holder(stage)).said[0]).toBe("refused");
    process.kill(first.identity.pid, "SIGKILL");
    await first.exit;
    expect((await holder(stage)).said[0]).toBe("held");
  });
}

test("children do not inherit the lock", async () => {
  await using stage = new Stage();
  const first = await holder(stage, "child");
  const sleeper = Number(first.said[1]);
  process.kill(first.identity.pid, "SIGKILL");
  await first.exit;
  expect(lives(sleeper)).toBe(true);
  expect((await holder(stage)).said[0]).toBe("held");
});
