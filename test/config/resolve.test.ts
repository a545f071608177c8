import { describe, expect, test } from "bun:test";
import { availableParallelism } from "node:os";
import { launchOf } from "../../src/core/launch.ts";
import { loaded, processOf } from "./project-folder.ts";

describe("a process", () => {
  test("given as a string is its command, and everything else has its default", async () => {
    expect(await processOf("bun run x.ts")).toMatchObject({
      command: { kind: "line", line: "bun run x.ts", shell: ["sh", "-c"] },
      env: {},
      user: null,
      group: null,
      umask: null,
      dependsOn: [],
      instances: 1,
      port: null,
      ready: [],
      readyWithinMs: 60_000,
      restart: {
        policy: "on-failure",
        max: 5,
        windowMs: 60_000,
        successCodes: [0],
        onGiveUp: "fail",
        backoff: { initialMs: 100, factor: 2, maxMs: 30_000, jitter: 0.2 },
      },
      stop: { signal: "SIGTERM", timeoutMs: 5_000 },
      log: {
        maxSizeBytes: 10_000_000,
        maxFiles: 5,
        maxAgeMs: null,
        compress: true,
        onFull: "drop",
        file: null,
      },
      autostart: true,
      disabled: false,
    });
  });

  test.each([
    [{ command: ["a", "b c"] }, { command: { kind: "list", argv: ["a", "b c"] } }],
    [{ command: "x", shell: "bash -lc" }, { command: { shell: ["bash", "-lc"] } }],
    [{ command: "x", shell: ["/my sh", "-c"] }, { command: { shell: ["/my sh", "-c"] } }],
    [
      { command: "x", user: 1000, group: "www", umask: "022" },
      { user: "1000", group: "www", umask: 18 },
    ],
    [{ command: "x", instances: "max" }, { instances: availableParallelism() }],
    [{ command: "x", port: { number: 80 } }, { port: 80 }],
    [
      { command: "x", port: "80", instances: "2", balance: "none" },
      { port: 80, instances: 2 },
    ],
    [{ command: "x", restart: "always" }, { restart: { policy: "always", max: 5 } }],
    [{ command: "x", restart: { max: 1 } }, { restart: { policy: "on-failure", max: 1 } }],
    [
      { command: "x", restart: { backoff: { max: "1m" } } },
      { restart: { backoff: { initialMs: 100, maxMs: 60_000 } } },
    ],
    [
      { command: "x", stop: { signal: "int", timeout: 250 } },
      { stop: { signal: "SIGINT", timeoutMs: 250 } },
    ],
    [
      { command: "x", log: { maxSize: "1M", maxAge: "7d" } },
      { log: { maxSizeBytes: 1_048_576, maxAgeMs: 604_800_000 } },
    ],
    [{ command: "x", log: { compress: "zstd" } }, { log: { compress: true } }],
    [{ command: "x", log: { compress: "gzip" } }, { log: { compress: "gzip" } }],
    [{ command: "x", log: { compress: "false" } }, { log: { compress: false } }],
    [
      { command: "x", autostart: "false", disabled: true },
      { autostart: false, disabled: true },
    ],
    [{ command: "x", ready: { after: "2s" } }, { ready: [{ kind: "after", afterMs: 2_000 }] }],
    [
      { command: "x", ready: { tcp: 80, timeout: "2s" } },
      {
        ready: [{ kind: "tcp", address: "80", intervalMs: 200, timeoutMs: 2_000 }],
        readyWithinMs: 60_000,
      },
    ],
    [
      {
        command: "x",
        ready: [
          { http: { url: "http://h/" }, within: "5s" },
          { exec: ["t"], within: "9s" },
        ],
      },
      {
        ready: [
          { kind: "http", url: "http://h/" },
          { kind: "exec", command: { kind: "list", argv: ["t"] } },
        ],
        readyWithinMs: 9_000,
      },
    ],
  ])("%j is resolved", async (keys, expected) => {
    expect(await processOf(keys)).toMatchObject(expected);
  });

  test("has what `defaults` says, unless it says something else", async () => {
    const { spec } = await loaded({
      "procman.yaml": `
defaults: { restart: { max: 9 }, stop: { signal: SIGINT }, env: { A: d, B: d }, port: 1 }
processes:
  a: { command: x, restart: { policy: always }, env: { B: own }, port: null }
  b: { command: y, restart: "no", port: 2 }
  c: z
`,
    });
    const { a, b, c } = spec.processes as Record<string, never>;
    expect(a).toMatchObject({
      restart: { policy: "always", max: 9 },
      stop: { signal: "SIGINT" },
      port: null,
    });
    expect(a).toMatchObject({ env: { A: "d", B: "own" } });
    expect(b).toMatchObject({ restart: { policy: "no", max: 5 }, port: 2 });
    expect(c).toMatchObject({ restart: { policy: "on-failure", max: 9 }, port: 1 });
  });
});

describe("dependencies", () => {
  test("as a list ask for ready, as a map for what they say", async () => {
    const { spec } = await loaded({
      "procman.json": {
        processes: {
          db: "x",
          a: { command: "y", dependsOn: ["db"] },
          b: {
            command: "z",
            dependsOn: {
              a: { condition: "succeeded", timeout: "1m", required: false, restart: true },
              db: "started",
            },
          },
        },
      },
    });
    const plain = { timeoutMs: null, required: true, restart: false };
    expect(spec.processes["a"]!.dependsOn).toEqual([
      { process: "db", condition: "ready", ...plain },
    ]);
    expect(spec.processes["b"]!.dependsOn).toEqual([
      { process: "a", condition: "succeeded", timeoutMs: 60_000, required: false, restart: true },
      { process: "db", condition: "started", ...plain },
    ]);
  });

  test("are implied by the port of another process, and do not replace what is said", async () => {
    const { spec } = await loaded({
      "procman.yaml": `
processes:
  db: { command: x, port: 1 }
  a: "run \${db.port}"
  b: { command: y, env: { URL: "h:\${db.port}" }, dependsOn: { db: completed } }
  c: { command: z, ready: { tcp: "\${db.port}" } }
`,
    });
    const conditions = ["a", "b", "c"].map((name) =>
      spec.processes[name]!.dependsOn.map((to) => to.condition),
    );
    expect(conditions).toEqual([["started"], ["completed"], ["started"]]);
  });

  test("that the project's environment implies never close a cycle", async () => {
    const { spec } = await loaded({
      "procman.yaml": `
env: { DB: "h:\${db.port}" }
processes:
  volume: x
  db: { command: y, port: 1, dependsOn: [volume] }
  web: z
`,
    });
    expect(spec.processes["volume"]!.dependsOn).toEqual([]);
    expect(spec.processes["web"]!.dependsOn).toMatchObject([
      { process: "db", condition: "started" },
    ]);
  });
});

describe("the environment", () => {
  test("comes from env files, project, profile and process, later wins, null unsets", async () => {
    const project = await loaded(
      {
        "procman.yaml": `
env: { B: project, C: project, D: project, PATH: "/opt:\${PATH}" }
envFile: [.env, "none.env?"]
profiles: { ci: { env: { C: profile, D: profile } } }
processes:
  a: { command: x, env: { D: own, E: null, N: 1, T: true, PATH: "/own:\${PATH}" }, envFile: own.env }
`,
        ".env": "A=file\nB=file\nLITERAL='${NOT}'\nONLY=project",
        "own.env": "A=own\nE=own",
      },
      { profiles: ["ci"], env: { PATH: "/bin" } },
    );
    expect(project.spec.processes["a"]!.env).toEqual({
      A: "own",
      B: "project",
      C: "profile",
      D: "own",
      E: null,
      LITERAL: "$${NOT}",
      ONLY: "project",
      N: "1",
      T: "true",
      PATH: "/own:/opt:${PATH}",
    });
  });

  test("is what a launch sees: everything that loads can be launched", async () => {
    const env = { HOME: "/home/me" };
    const { spec } = await loaded(
      {
        "procman.yaml": `
env: { BASE: "\${HOME}/x", DEEP: "\${BASE}/\${UNSET:-\${HOME:-none}}" }
processes:
  db: { command: "run \${PORT}", port: 5000 }
  a:
    command: ["\${DEEP}", "\${db.port}", "\${PROCMAN_PORT_DB}", "\${PROCMAN_INSTANCE}", "$\${x}"]
    cwd: "\${HOME}"
    ready: { http: "http://h:\${PORT}/\${PROCMAN_RUN_ID}" }
    port: "\${A_PORT:-7}"
`,
      },
      { env },
    );
    const launch = launchOf({
      project: spec,
      process: spec.processes["a"]!,
      instance: "p/a.1",
      index: 1,
      runId: "r1",
      callerEnv: env,
      home: "/var/procman",
      childSocket: null,
    });
    expect(launch).toMatchObject({
      ok: true,
      launch: { argv: ["/home/me/x//home/me", "5000", "5000", "1", "${x}"], cwd: "/home/me" },
      ready: [{ url: "http://h:7/r1" }],
    });
  });
});

test("groups take names and globs, and processes say themselves where they belong", async () => {
  const { spec } = await loaded({
    "procman.yaml": `
groups: { web: { members: ["web-*"] }, core: [db] }
processes: { db: x, web-1: y, web-2: { command: z, groups: [core, extra] } }
`,
  });
  expect(spec.groups).toEqual({
    web: { members: ["web-1", "web-2"] },
    core: { members: ["db", "web-2"] },
    extra: { members: ["web-2"] },
  });
  expect(spec.processes["web-2"]!.groups).toEqual(["web", "core", "extra"]);
});

test("profiles select targets; several add up; one without targets leaves it at autostart", async () => {
  const files = {
    "procman.yaml":
      "profiles: { ci: [a, '@g'], more: { processes: [b, a] }, prod: { env: { X: y } } }\ngroups: { g: [a] }\nprocesses: { a: x, b: y }",
  };
  const selection = async (...profiles: string[]) => (await loaded(files, { profiles })).selection;
  expect(await selection()).toBeNull();
  expect(await selection("prod")).toBeNull();
  expect(await selection("ci")).toEqual(["a", "@g"]);
  expect(await selection("ci", "prod", "more")).toEqual(["a", "@g", "b"]);
});

test("keys that begin with x- are the user's own, at every level, but names may begin so", async () => {
  const project = await loaded({
    "procman.json": {
      "x-team": { lead: "me" },
      processes: {
        "x-a": { command: "x", "x-note": 1, stop: { "x-why": 2 }, env: { "x-V": "1" } },
      },
    },
  });
  expect(project.userKeys).toEqual({ "x-team": { lead: "me" } });
  expect(project.spec.processes["x-a"]!.env).toEqual({ "x-V": "1" });
});

test("names of JavaScript's own objects are names like any other", async () => {
  const { spec } = await loaded({
    "procman.yaml":
      "processes: { constructor: x, toString: { command: y, dependsOn: [constructor] } }",
  });
  expect(Object.keys(spec.processes)).toEqual(["constructor", "toString"]);
});
