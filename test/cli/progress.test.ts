/** Progress in one line, however many there are. */

import { expect, test } from "bun:test";
import { progressText } from "../../src/cli/progress.ts";
import type { ProjectSpec } from "../../src/model/spec.ts";
import type { Status } from "../../src/protocol/status.ts";

test("progress says what is waited for, and for whom that waits", () => {
  const spec = { processes: { dep: { dependsOn: [{ process: "slow" }, { process: "db" }] } } };
  const statuses = [
    status("db", "running"),
    status("slow", "starting"),
    status("dep", "pending"),
    status("bad", "failed"),
    status("later", "stopped"),
  ];
  expect(progressText(spec as unknown as ProjectSpec, statuses)).toBe(
    "1 of 4 up, waiting for slow (starting), dep (for slow)",
  );
});

test("progress names a few of many", () => {
  const many = Array.from({ length: 20 }, (_, nth) => status(`p${nth}`, "starting"));
  const text = progressText({ processes: {} } as unknown as ProjectSpec, many);
  expect(text).toEndWith("p5 (starting), 14 more");
});

function status(process: string, state: Status["state"]): Status {
  return { project: "p", process, name: `${process}.1`, instance: 1, state } as Status;
}
