import { describe, expect, test } from "bun:test";
import { definitionChanges } from "../../src/core/definition-changes.ts";
import { launchOf } from "../../src/core/launch.ts";
import type { BalanceSpec } from "../../src/model/balance.ts";
import { allPortsOf, portsOf } from "../../src/model/port.ts";
import type { ProcessSpec, ProjectSpec } from "../../src/model/spec.ts";
import { drawFeatures, drawProject } from "../simulation/draw.ts";
import { Random } from "../simulation/random.ts";

const PROJECT = drawProject(new Random(1), drawFeatures(new Random(1), 1));
const PROXY = {
  mode: "proxy",
  algorithm: "round-robin",
  host: "localhost",
  ports: [20_001, 20_002],
} as const;
const REUSE = { mode: "reuseport", ports: [20_001, 20_002] } as const;

const NOWHERE = { enforceable: { cgroup: [], rlimit: [] }, homeId: "h" };

function api(balance: BalanceSpec | undefined, changes: Partial<ProcessSpec> = {}): ProjectSpec {
  const { balance: _, hooks: __, ...plain } = Object.values(PROJECT.processes)[0]!;
  const process: ProcessSpec = {
    ...plain,
    name: "api",
    env: {},
    dependsOn: [],
    port: 3000,
    instances: 2,
    ready: [
      {
        kind: "tcp",
        address: "${PORT}",
        intervalMs: 1,
        timeoutMs: 1,
        failureThreshold: 1,
      } as never,
    ],
    ...(balance === undefined ? {} : { balance }),
    ...changes,
  };
  return { ...PROJECT, processes: { api: process } };
}

describe("what the second instance is given, and reached by", () => {
  test.each<
    [
      string,
      BalanceSpec | undefined,
      { port: string; probed: string; ports: number[]; all: number[] },
    ]
  >([
    ["alone", undefined, { port: "3001", probed: "3001", ports: [3001], all: [3000, 3001] }],
    ["none", { mode: "none" }, { port: "3001", probed: "3001", ports: [3001], all: [3000, 3001] }],
    [
      "proxy",
      PROXY,
      { port: "20002", probed: "20002", ports: [3000, 20_002], all: [3000, 20_001, 20_002] },
    ],
    [
      "reuseport",
      REUSE,
      { port: "3000", probed: "20002", ports: [3000, 20_002], all: [3000, 20_001, 20_002] },
    ],
  ])("%s", (_, balance, expected) => {
    const project = api(balance);
    const process = project.processes["api"]!;
    const made = launchOf({
      project,
      process,
      instance: "sim/api.2",
      index: 2,
      runId: "r",
      callerEnv: {},
      home: "/home",
      childSocket: null,
    });
    if (!made.ok) throw new Error(made.message);
    const [probe] = made.ready;
    expect({
      port: made.launch.env["PORT"]!,
      probed: probe?.kind === "tcp" ? probe.address : "",
      ports: portsOf(process, 2),
      all: allPortsOf(process),
    }).toEqual(expected);
    expect(made.launch.isBalanced).toBe(balance?.mode === "proxy" ? true : undefined);
    expect(made.launch.reusedPort).toBe(balance?.mode === "reuseport" ? 3000 : undefined);
  });
});

describe("an edit of how a port is shared", () => {
  test.each<[string, BalanceSpec | undefined, ProjectSpec, string[], boolean]>([
    ["that says what held already changes nothing", undefined, api({ mode: "none" }), [], false],
    ["by whom it was said changes nothing", { ...PROXY, isDefault: true }, api(PROXY), [], false],
    [
      "to another algorithm restarts nothing",
      PROXY,
      api({ ...PROXY, algorithm: "random" }),
      ["balance"],
      false,
    ],
    [
      "to more instances restarts none of those that there are",
      PROXY,
      api({ ...PROXY, ports: [20_001, 20_002, 20_003] }, { instances: 3 }),
      ["instances"],
      false,
    ],
    [
      "to other ports restarts it",
      PROXY,
      api({ ...PROXY, ports: [20_001, 20_005] }),
      ["balance"],
      true,
    ],
    ["from alone to shared restarts it", undefined, api(PROXY), ["balance"], true],
    ["from one way to another restarts it", PROXY, api(REUSE), ["balance"], true],
  ])("%s", (_, before, after, keys, restarts) => {
    const { changed } = definitionChanges(api(before), after, NOWHERE);
    expect(changed.flatMap((it) => it.keys)).toEqual(keys);
    expect(changed.some((it) => it.restarts)).toBe(restarts);
  });
});
