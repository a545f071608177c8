/** Notices and deliveries to try receivers with. */

import type { Delivery, Notice } from "../../src/model/alerts.ts";
import type { Launch } from "../../src/model/spec.ts";

export function notice(given: Partial<Notice> = {}): Notice {
  return {
    status: "fired",
    escalated: false,
    id: "home-alert-1",
    rule: "process.failed",
    project: "shop",
    process: "api",
    instance: 1,
    runId: "home-1",
    type: "process.failed",
    reason: "exited with code 1",
    time: "2026-01-01T00:00:10.000Z",
    since: "2026-01-01T00:00:00.000Z",
    resolvedBy: null,
    data: {},
    ...given,
  };
}

export function delivery(given: Partial<Delivery>): Delivery {
  return { notice: notice(), exec: null, webhook: null, timeoutMs: 5_000, ...given };
}

export function shell(line: string, cwd = "/"): Launch {
  const env = { PATH: process.env["PATH"] ?? "" };
  const plain = { user: null, group: null, umask: null, port: null, input: "none" } as const;
  return { argv: ["sh", "-c", line], cwd, env, ...plain };
}
