/** How a daemon began, by what the one before it noted of itself. */

import { expect, test } from "bun:test";
import { beginning } from "../../src/daemon/own-events.ts";
import type { DaemonNote } from "../../src/store/registry.ts";

type Since = Parameters<typeof beginning>[0]["since"];

const ROWS: readonly (readonly [string, Since, DaemonNote | null, string, object])[] = [
  ["the first of its home", "crash", null, "daemon.started", {}],
  ["after one that ended", "crash", note("exit"), "daemon.started", {}],
  ["after one that ended, and a reboot", "boot", note("exit"), "daemon.started", {}],
  ["after one that died", "crash", note(null), "daemon.recovered", { since: "crash" }],
  ["after the machine died", "boot", note(null), "daemon.recovered", { since: "boot" }],
  ["in place of one", "exec", note("exec"), "daemon.started", { inPlace: true }],
  [
    "in place of one of another release",
    "exec",
    note("exec", "1"),
    "daemon.upgraded",
    { from: "1" },
  ],
  ["after one that failed in the place of another", "crash", note("exec"), "daemon.recovered", {}],
];

function note(ended: DaemonNote["ended"], version = "2"): DaemonNote {
  return { version, ended };
}

for (const [what, since, last, type, data] of ROWS) {
  test(`a daemon ${what} tells ${type}`, () => {
    const fact = beginning({ version: "2", pid: 7, since }, last);
    expect(fact).toMatchObject({ type, data: { ...data, pid: 7 }, project: null });
  });
}
