/** The table of `ls` on terminals of any width. */

import { expect, test } from "bun:test";
import { painter } from "../../../src/cli/output.ts";
import { statusTable } from "../../../src/cli/render/status-table.ts";
import { table } from "../../../src/cli/render/table.ts";
import type { Status } from "../../../src/protocol/status.ts";

const LONG = "it depends on db, which failed: exited with code 3; 5 restarts within 1m are spent";
const rows = [
  status("api", { state: "running", pid: 4321, uptimeMs: 61_000, ports: [3000] }),
  status("worker", { state: "skipped", reason: LONG }),
];

test("without a terminal nothing is cut", () => {
  expect(shown(null)).toEqual([
    "NAME    STATE     PID  UPTIME  RESTARTS  PORTS  REASON",
    "api     running  4321   1m 1s         0  3000",
    `worker  skipped     -       -         0  -      ${LONG}`,
  ]);
});

test("a reason that is too long goes on below itself", () => {
  expect(shown(80)).toEqual([
    "NAME    STATE     PID  UPTIME  RESTARTS  PORTS  REASON",
    "api     running  4321   1m 1s         0  3000",
    "worker  skipped     -       -         0  -      it depends on db, which failed:",
    "                                                exited with code 3; 5 restarts",
    "                                                within 1m are spent",
  ]);
});

test("where the reason could not be read, other columns go first, and no word of it is lost", () => {
  expect(shown(60)[0]).toBe("NAME    STATE     PID  PORTS  REASON");
  expect(shown(44)[0]).toBe("NAME    STATE    REASON");
  for (const width of [120, 80, 60, 44, 30]) {
    const lines = shown(width);
    for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(width);
    const words = lines.join(" ").split(/\s+/);
    for (const word of LONG.split(" ")) expect(words).toContain(word);
  }
});

test("nothing goes when everything fits", () => {
  expect(
    statusTable(rows.slice(0, 1), {
      showProject: false,
      paint: painter(true),
      width: 60,
      nowMs: 0,
    })[0],
  ).toBe("NAME  STATE     PID  UPTIME  RESTARTS  PORTS  REASON");
});

test("what is used is shown where it is known and there is room", () => {
  const used = status("api", { state: "running", cpuPercent: 1.25, memoryBytes: 61_400_000 });
  const head = (width: number | null): string | undefined =>
    statusTable([used, ...rows], { showProject: false, paint: painter(false), width, nowMs: 0 })[0];
  expect(head(null)).toBe("NAME    STATE     PID  UPTIME    CPU    MEM  RESTARTS  PORTS  REASON");
  expect(head(82)).toBe("NAME    STATE     PID  UPTIME    MEM  RESTARTS  PORTS  REASON");
  expect(head(76)).toBe("NAME    STATE     PID  UPTIME  RESTARTS  PORTS  REASON");
});

test("wide characters take the room that they take", () => {
  const columns = [{ title: "A", flexible: true }, { title: "B" }];
  expect(
    table(
      columns,
      [
        ["漢字漢字漢字", "x"],
        ["ab", "y"],
      ],
      null,
    ),
  ).toEqual(["A             B", "漢字漢字漢字  x", "ab            y"]);
  expect(table(columns, [["漢字漢字漢字", "x"]], 12)).toEqual(["A          B", "漢字漢字…  x"]);
});

test("a state says how it ended, unless procman did that", () => {
  const stateOf = (more: Partial<Status>) =>
    statusTable([status("a", { state: "failed", ...more })], {
      showProject: false,
      paint: painter(false),
      width: null,
      nowMs: 0,
    })[1]?.split(/ {2,}/)[1];
  expect(stateOf({ exitCode: 3, reason: "exited with code 3" })).toBe("failed (3)");
  expect(stateOf({ signal: "SIGSEGV", reason: "was killed by SIGSEGV" })).toBe("failed (SIGSEGV)");
  expect(stateOf({ signal: "SIGTERM", reason: "was not ready within 3s" })).toBe("failed");
});

test("what waits for its time says how long", () => {
  const times = { state: "scheduled", nextRunAt: "2026-01-01T00:03:00.000Z" } as const;
  const options = { showProject: false, paint: painter(false), width: null };
  const at = (time: string) =>
    statusTable([status("a", times)], { ...options, nowMs: Date.parse(time) })[1];
  expect(at("2026-01-01T00:00:00Z")).toContain("scheduled (in 3m)");
  expect(at("2026-01-01T00:04:00Z")).toContain("scheduled (in 0s)");
});

function shown(width: number | null): string[] {
  return statusTable(rows, { showProject: false, paint: painter(false), width, nowMs: 0 });
}

function status(process: string, more: Partial<Status>): Status {
  const usual = {
    project: "p",
    process,
    name: `${process}.1`,
    instance: 1,
    pid: null,
    restarts: 0,
  };
  const unknown = { cpuPercent: null, memoryBytes: null };
  const ended = {
    ...unknown,
    uptimeMs: null,
    ports: [],
    reason: null,
    exitCode: null,
    signal: null,
  };
  return { ...usual, ...ended, ...more } as unknown as Status;
}
