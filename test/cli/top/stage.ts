/** States of the view for tests: made of statuses, keys and a size. */

import { settled } from "../../../src/cli/top/rows.ts";
import { frameOf } from "../../../src/cli/top/frame.ts";
import type { Ask } from "../../../src/cli/top/ask.ts";
import { KeyReader } from "../../../src/cli/top/keys.ts";
import { press } from "../../../src/cli/top/press.ts";
import { firstState, type Size, type TopState } from "../../../src/cli/top/state.ts";
import { withLook } from "../../../src/cli/top/with-look.ts";
import { painter } from "../../../src/cli/output.ts";
import type { LastLine } from "../../../src/logfile/last-lines.ts";
import type { Status } from "../../../src/protocol/status.ts";

const NONE = { connections: null, rxBytes: null, txBytes: null };

export function status(name: string, of: Partial<Status> = {}): Status {
  const [project = "", own = ""] = name.includes("/") ? name.split("/") : ["shop", name];
  const [process = "", instance = "1"] = own.split(".");
  const isRunning = (of.state ?? "running") === "running";
  return {
    id: `${project}/${process}.${instance}`,
    project,
    name: `${process}.${instance}`,
    process,
    instance: Number(instance),
    runId: "run-1",
    state: "running",
    health: "none",
    ready: isRunning,
    reason: null,
    pid: isRunning ? 4242 : null,
    command: `./${process}`,
    cwd: "/srv",
    ports: [],
    groups: [],
    startedAt: null,
    readyAt: null,
    stoppedAt: null,
    uptimeMs: isRunning ? 65_000 : null,
    restarts: 0,
    exitCode: null,
    signal: null,
    oomKilled: false,
    nextRunAt: null,
    cpuPercent: isRunning ? 1.5 : null,
    memoryBytes: isRunning ? 31_000_000 : null,
    fds: null,
    threads: null,
    io: { readBytes: null, writeBytes: null },
    net: NONE,
    logs: { stdout: "", stderr: "", droppedBytes: 0, captured: true },
    adopted: false,
    ipc: false,
    since: "2026-01-01T00:00:00.000Z",
    ...of,
  };
}

export interface Staged {
  readonly size?: Size;
  readonly isOfAll?: boolean;
  readonly statuses?: readonly Status[];
  /** Of the process that is selected. */
  readonly log?: readonly string[];
}

const SIZE: Size = { columns: 80, rows: 24 };

export function stateOf({
  size = SIZE,
  isOfAll = false,
  statuses = [],
  log = [],
}: Staged): TopState {
  const begun = firstState({ size, isOfAll, sort: "name" });
  const state = withLook(begun, { statuses, daemonPid: 812 }, null, 0);
  const lines = log.map((text, at): LastLine => ({ stream: "stdout", timeMs: at, text }));
  return { ...state, log: { ...state.log, id: state.choice.key, lines } };
}

/** What the keys make of a state, and what they ask for. */
export function pressed(state: TopState, keys: string): { state: TopState; asks: Ask[] } {
  const reader = new KeyReader();
  const asks: Ask[] = [];
  let now = settled(state);
  for (const key of [...reader.take(Buffer.from(keys)), ...reader.release()]) {
    const done = press(now, key);
    now = done.state;
    if (done.ask !== null) asks.push(done.ask);
  }
  return { state: now, asks };
}

/** The lines of a frame without colours, and without blanks at their ends. */
export function plainFrame(state: TopState): string[] {
  return frameOf(state, painter(false)).map((line) => line.trimEnd());
}
