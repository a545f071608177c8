/** What control groups tell of memory. The files are those that the kernel would show. */

import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cgroups } from "../../src/platform/cgroups.ts";

const EVENTS = (kills: number) =>
  `low 0\nhigh 0\nmax 7\noom 2\noom_kill ${kills}\noom_group_kill 0\n`;

test.each([
  ["something was killed", EVENTS(1), true],
  ["memory was short, and nothing was killed", EVENTS(0), false],
  ["memory is not accounted for", null, false],
])("when %s, that is known", (_, events, isOut) => {
  const directory = mkdtempSync(join(tmpdir(), "procman-groups-"));
  try {
    const groups = new Cgroups(directory);
    mkdirSync(join(directory, "home-1"));
    if (events !== null) writeFileSync(join(directory, "home-1", "memory.events"), events);
    expect(groups.ranOutOfMemory("home-1")).toBe(isOut);
    expect(groups.ranOutOfMemory("home-2")).toBe(false);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
