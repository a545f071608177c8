/** `graph`: what depends on what, in every form, and where the time of a real start went. */

import { expect, test } from "bun:test";
import type { CriticalPath } from "../../src/cli/start-graph.ts";
import { Sandbox } from "./sandbox.ts";

const PROJECT = {
  name: "shop",
  processes: {
    db: { command: "sleep 1000", ready: { exec: "test -e db.ok", interval: "20ms" } },
    cache: "sleep 1000",
    migrate: { command: "sleep 0.4", restart: "no", dependsOn: ["db"] },
    api: {
      command: "sleep 1000",
      dependsOn: {
        migrate: "succeeded",
        db: "ready",
        cache: { condition: "ready", required: false },
      },
      fallback: "static",
    },
    "web-1": { command: "sleep 1000", dependsOn: ["api"] },
    static: "sleep 1000",
  },
};

const TEXT = `db
└─ migrate  after db ready
   └─ api  after migrate succeeded, db ready, cache ready (optional)  else static
      └─ web-1  after api ready
cache
static
`;

const MERMAID = `graph LR
  n0["db"]
  n1["cache"]
  n2["migrate"]
  n3["api"]
  n4["web-1"]
  n5["static"]
  n0 -->|ready| n2
  n2 -->|succeeded| n3
  n0 -->|ready| n3
  n1 -.->|ready| n3
  n3 -->|ready| n4
  n3 -.->|fallback| n5
`;

const DOT = `digraph "shop" {
  rankdir=LR;
  "db";
  "cache";
  "migrate";
  "api";
  "web-1";
  "static";
  "db" -> "migrate" [label="ready"];
  "migrate" -> "api" [label="succeeded"];
  "db" -> "api" [label="ready"];
  "cache" -> "api" [label="ready", style=dashed];
  "api" -> "web-1" [label="ready"];
  "api" -> "static" [label="fallback", style=dotted];
}
`;

interface GraphDocument {
  readonly project: string;
  readonly nodes: readonly Record<string, unknown>[];
  readonly criticalPath: CriticalPath | null;
}

test("as the configuration has it, with no daemon; as text, Mermaid, DOT and JSON", async () => {
  await using sandbox = new Sandbox(PROJECT);
  expect(await sandbox.ok("graph")).toBe(TEXT);
  expect(await sandbox.ok("graph", "--format", "mermaid")).toBe(MERMAID);
  expect(await sandbox.ok("graph", "--format", "dot")).toBe(DOT);
  const found = JSON.parse(await sandbox.ok("graph", "--json")) as GraphDocument;
  expect(found).toMatchObject({ project: "shop", criticalPath: null });
  expect(found.nodes[3]).toEqual({
    process: "api",
    states: [],
    dependsOn: [
      { process: "migrate", condition: "succeeded", required: true },
      { process: "db", condition: "ready", required: true },
      { process: "cache", condition: "ready", required: false },
    ],
    fallback: "static",
    askedAt: null,
    startedAt: null,
    readyAt: null,
    completedAt: null,
    tries: 0,
  });
  expect(await sandbox.ok("graph", "--format", "json")).toBe(`${JSON.stringify(found)}\n`);
  expect(await sandbox.ok("graph", "--critical-path")).toContain("Nothing of it was started");
  for (const [args, code, text] of [
    [["graph", "--format", "png"], 2, "mermaid"],
    [["graph", "nobody"], 3, "'nobody'"],
    [["graph", "-p", "nobody"], 3, "'nobody'"],
  ] as const) {
    const ran = await sandbox.run(...args);
    expect([args, ran.code, ran.stderr]).toEqual([args, code, expect.stringContaining(text)]);
  }
}, 120_000);

test("--critical-path tells where the time of a start went, while it goes on and afterwards", async () => {
  await using sandbox = new Sandbox(PROJECT);
  const up = sandbox.spawn(["up", "-d", "--wait"]);
  await sandbox.until("db", ({ state }) => state === "starting");
  expect(await sandbox.ok("graph", "--critical-path")).toMatch(/ db is not ready yet:\n/);
  sandbox.write("db.ok", "");
  expect(await up.exited).toBe(0);

  const { criticalPath } = JSON.parse(await sandbox.ok("graph", "--json")) as GraphDocument;
  const steps = criticalPath?.steps ?? [];
  expect(steps.map(({ process, until }) => `${process} ${until}`)).toEqual([
    "db ready",
    "migrate succeeded",
    "api ready",
    "web-1 ready",
  ]);
  expect(steps[1]?.tookMs).toBeGreaterThanOrEqual(400);
  const sum = steps.reduce((ms, { waitedMs, tookMs }) => ms + waitedMs + tookMs, 0);
  expect(sum).toBe(criticalPath?.totalMs ?? 0);

  const text = await sandbox.ok("graph", "--critical-path");
  expect(text).toMatch(/^Start-up took \S+ until web-1 was ready:\n +\+0ms +db +\S+ +until ready/);
  expect(await sandbox.ok("graph")).toContain("api (running)  after migrate succeeded");
  expect(await sandbox.ok("graph", "migrate", "--critical-path")).toMatch(
    /until migrate was ready/,
  );
  const mermaid = await sandbox.ok("graph", "--format", "mermaid", "--critical-path");
  expect(mermaid).toContain("n0 ==>|ready| n2\n  n2 ==>|succeeded| n3\n  n0 -->|ready| n3");
  expect(await sandbox.ok("graph", "--format", "dot", "--critical-path")).toContain("penwidth=3");

  await sandbox.killDaemon();
  const elsewhere = await sandbox.ok("graph", "-C", "/", "-p", "shop");
  expect(elsewhere.split("\n")[1]).toBe("└─ migrate (completed)  after db ready");
  expect(elsewhere).toContain("cache ready (optional)  else static\n");
  const after = JSON.parse(await sandbox.ok("graph", "--json")) as GraphDocument;
  expect(after.criticalPath).toEqual(criticalPath);
}, 120_000);
