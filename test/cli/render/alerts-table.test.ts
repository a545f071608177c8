/** The table of `alerts`. */

import { expect, test } from "bun:test";
import { alertsTable } from "../../../src/cli/render/alerts-table.ts";
import type { ActiveAlert } from "../../../src/protocol/alerts.ts";

const SINCE = "2026-01-01T00:00:00.000Z";
const REASON = "exited with code 3; the 3 restarts allowed within 1m are spent";

test("an alert is shown with how long it lasts and its whole reason, on any terminal", () => {
  const nowMs = Date.parse(SINCE) + 90_000;
  const alerts = [{ ...ALERT, reason: REASON }];
  const wide = alertsTable(alerts, { showProject: false, width: null, nowMs });
  expect(wide).toEqual([
    "PROCESS    ALERT            SINCE  RULE   REASON",
    `crasher.1  process.failed  1m 30s  pager  ${REASON}`,
  ]);
  for (const width of [80, 60, 40]) {
    const lines = alertsTable(alerts, { showProject: true, width, nowMs });
    for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(width);
    const words = lines.join(" ").split(/\s+/);
    for (const word of ["shop/crasher.1", ...REASON.split(" ")]) expect(words).toContain(word);
  }
});

const ALERT: ActiveAlert = {
  id: "1",
  firedAt: SINCE,
  project: "shop",
  process: "crasher",
  instance: 1,
  type: "process.failed",
  rule: "pager",
  since: SINCE,
  reason: null,
};
