/** Who is told that its definition has changed. */

import { expect, test } from "bun:test";
import { configTeller } from "../../src/daemon/config-teller.ts";
import type { JournalEvent } from "../../src/model/events.ts";
import type { World } from "../../src/model/state.ts";

const INSTANCES = {
  "shop/api.1": { kind: "running", run: { id: "run-1" } },
  "shop/api.2": { kind: "stopped" },
  "shop/web.1": { kind: "running", run: { id: "run-2" } },
  "bank/api.1": { kind: "running", run: { id: "run-3" } },
};
const WORLD = {
  instances: new Map(Object.entries(INSTANCES).map(([id, state]) => [id, { id, state }])),
  byProcess: new Map([
    ["shop/api", new Set(["shop/api.1", "shop/api.2"])],
    ["shop/web", new Set(["shop/web.1"])],
    ["bank/api", new Set(["bank/api.1"])],
  ]),
} as unknown as World;

const changed = (...all: readonly unknown[]) => ({
  type: "config.changed",
  project: "shop",
  process: null,
  data: { changed: all },
});
const scaled = { type: "scale.changed", project: "shop", process: "api", data: {} };

test.each([
  {
    title: "those that run by it are told of the keys",
    events: [changed({ process: "api", keys: ["health", "log"], restarts: false })],
    told: [["run-1", ["health", "log"]]],
  },
  {
    title: "those that are restarted for it are not",
    events: [changed({ process: "api", keys: ["command"], restarts: true })],
    told: [],
  },
  {
    title: "what one command has changed is told at once",
    events: [changed({ process: "api", keys: ["instances", "stop"], restarts: false }), scaled],
    told: [["run-1", ["instances", "stop"]]],
  },
  { title: "those that are scaled are told", events: [scaled], told: [["run-1", ["instances"]]] },
  {
    title: "other events are none of theirs",
    events: [{ type: "process.started", project: "shop", process: "api", data: {} }],
    told: [],
  },
] as const)("$title", async ({ events, told }) => {
  const heard: unknown[] = [];
  const teller = configTeller({ tellConfig: (...it) => heard.push(it) }, () => WORLD);
  for (const event of events) teller.observe(event as unknown as JournalEvent);
  await Promise.resolve();
  expect(heard).toEqual([...told]);
});
