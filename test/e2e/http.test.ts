/** The HTTP interface of a real daemon, asked by curl: every route once, and what cannot be done. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import Ajv, { type ValidateFunction } from "ajv/dist/2020.js";
import { eventually, Sandbox } from "./sandbox.ts";

const SLOW_MS = 60_000;

const chatty = "echo listening >&2; while :; do echo tick; sleep 0.1; done";
const config = {
  name: "shop",
  processes: {
    api: { command: chatty, ready: { log: "listening" } },
    db: { command: "cat", stdin: true },
    job: { command: "echo done; exit 3", restart: "no", autostart: false },
  },
};

let sandbox: Sandbox;
/** By path, method and status, from the daemon's own description. */
let answerOf: (path: string, method: string) => ValidateFunction;

beforeAll(async () => {
  sandbox = new Sandbox(config);
  await sandbox.ok("up", "-d", "--wait");
  const description = (await (await ask("GET /openapi.json")).json()) as object;
  const ajv = new Ajv({ strict: false });
  ajv.addFormat("date-time", (text: string) => !Number.isNaN(Date.parse(text)));
  ajv.addSchema({ $id: "about:api", ...description });
  answerOf = (path, method) => {
    const at = `paths/${path.replaceAll("~", "~0").replaceAll("/", "~1")}/${method.toLowerCase()}`;
    const type = "content/application~1json/schema";
    const status = path === "/api/processes" && method === "POST" ? 201 : 200;
    return ajv.compile({ $ref: encodeURI(`about:api#/${at}/responses/${status}/${type}`) });
  };
}, SLOW_MS);

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
}, SLOW_MS);

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: () => unknown;
}

async function ask(line: string, body?: unknown, ...more: string[]): Promise<Answer> {
  const [method = "", path = ""] = line.split(" ");
  const sent =
    body === undefined
      ? []
      : ["-H", "content-type: application/json", "--data-binary", JSON.stringify(body)];
  const socket = join(sandbox.home, "daemon.sock");
  const url = path.startsWith("http") ? path : `http://localhost${path}`;
  const args = ["-sS", "-g", "--unix-socket", socket, "-X", method, "-w", "\n%{http_code}"];
  const curl = Bun.spawn(["curl", ...args, ...sent, ...more, url], { stderr: "pipe" });
  const [out, trouble] = await Promise.all([curl.stdout.text(), curl.stderr.text()]);
  if ((await curl.exited) !== 0) throw new Error(`curl ${line}: ${trouble}`);
  const end = out.lastIndexOf("\n");
  const text = out.slice(0, end);
  return { status: Number(out.slice(end + 1)), text, json: () => JSON.parse(text) as unknown };
}

const ROWS: readonly (readonly [line: string, path: string, holds: object, body?: unknown])[] = [
  ["GET /health", "/health", { status: "healthy" }],
  ["GET /livez", "/livez", { status: "alive" }],
  ["GET /readyz", "/readyz", { status: "ready" }],
  ["GET /api/processes?state=running", "/api/processes", [{ name: "api.1" }, { name: "db.1" }]],
  ["GET /api/processes/status?state=stopped", "/api/processes/status", [{ name: "job.1" }]],
  ["GET /api/processes/api", "/api/processes/{target}", { id: "shop/api.1", state: "running" }],
  ["GET /api/processes/shop%2Fapi.1", "/api/processes/{target}", { process: "api" }],
  [
    "GET /api/processes/api/inspect",
    "/api/processes/{target}/inspect",
    { status: { name: "api.1" }, env: null },
  ],
  ["GET /api/processes/job/why", "/api/processes/{target}/why", { state: "stopped" }],
  ["GET /api/processes/api/wait?for=ready", "/api/processes/{target}/wait", [{ ok: true }]],
  [
    "GET /api/processes/api/metrics?since=1h",
    "/api/processes/{target}/metrics",
    [{ history: { points: expect.anything() } }],
  ],
  [
    "GET /api/processes/api/logs?grep=LISTEN&ignoreCase&stream=stderr",
    "/api/processes/{target}/logs",
    [{ line: "listening", stream: "stderr", partial: false }],
  ],
  ["GET /api/health?project=shop", "/api/health", { healthy: true }],
  ["GET /api/alerts", "/api/alerts", []],
  ["GET /api/orphans", "/api/orphans", []],
  [
    "GET /api/servers",
    "/api/servers",
    [{ running: true, orphaned: false, orphanedPid: null }, {}, { running: false }],
  ],
  ["POST /api/processes/db/stop", "/api/processes/{target}/stop", [{ state: "stopped" }]],
  ["POST /api/processes/stop", "/api/processes/stop", [{ changed: false }], { name: "db" }],
  ["POST /api/processes/start", "/api/processes/start", [{ changed: true }], { name: "db" }],
  [
    "POST /api/processes/db/start?until=ready",
    "/api/processes/{target}/start",
    [{ changed: false, state: "running" }],
  ],
  ["POST /api/processes/db/restart", "/api/processes/{target}/restart", [{ changed: true }]],
  [
    "POST /api/processes/db/send",
    "/api/processes/{target}/send",
    [{ ok: true }],
    { text: "hello" },
  ],
  ["POST /api/processes/db/signal", "/api/processes/{target}/signal", [{}], { signal: "CONT" }],
  ["POST /api/processes/db/reset", "/api/processes/{target}/reset", [{ action: "reset" }]],
  ["POST /api/processes/db/flush", "/api/processes/{target}/flush", [{ action: "flush" }]],
  [
    "POST /api/processes/db/scale",
    "/api/processes/{target}/scale",
    [{ id: "shop/db.1" }, { id: "shop/db.2" }],
    { instances: 2 },
  ],
  ["POST /api/processes/db.2/kill", "/api/processes/{target}/kill", [{ state: "killed" }]],
  ["POST /api/servers/db.1?action=stop", "/api/servers/{id}", [{ action: "stop" }]],
  [
    "POST /api/processes/stop-all?project=shop",
    "/api/processes/stop-all",
    [{ ok: true }, { ok: true }, { ok: true }, { ok: true }],
  ],
  [
    "POST /api/processes/api/start?until=ready",
    "/api/processes/{target}/start",
    [{ state: "running" }],
  ],
  [
    "POST /api/processes",
    "/api/processes",
    { id: "adhoc/nap.1", state: "running", command: "sleep 1000" },
    { name: "nap", command: ["sleep", "1000"], cwd: "/" },
  ],
  [
    "POST /api/processes",
    "/api/processes",
    { id: "shop/sleep.1", cwd: expect.stringMatching(/project$/) },
    { project: "shop", command: "sleep 1000" },
  ],
  ["DELETE /api/processes/nap", "/api/processes/{target}", [{ action: "down", ok: true }]],
  ["DELETE /api/processes/shop%2Fsleep", "/api/processes/{target}", [{ ok: true }]],
];

describe("every route does what it says, and answers as it is described", () => {
  for (const [line, path, holds, body] of ROWS) {
    const about = body === undefined ? "" : ` ${JSON.stringify(body)}`;
    test(
      line + about,
      async () => {
        const { status, text, json } = await ask(line, body);
        expect([status, text]).toEqual([status < 300 ? status : 200, text]);
        expect(json()).toMatchObject(holds);
        const isAnswer = answerOf(path, line.split(" ")[0] ?? "");
        expect([isAnswer(json()), isAnswer.errors]).toEqual([true, null]);
      },
      SLOW_MS,
    );
  }
});

const REFUSED: readonly (readonly [line: string, status: number, code: string, body?: unknown])[] =
  [
    ["GET /api/processes/apj", 404, "PROCESS_NOT_FOUND"],
    ["GET /api/processes/nope%2Fapi", 404, "PROJECT_NOT_FOUND"],
    ["GET /api/processes?project=nope", 404, "PROJECT_NOT_FOUND"],
    ["GET /api/processes/999999", 404, "PROCESS_NOT_FOUND"],
    ["GET /api/processes/db", 409, "AMBIGUOUS_TARGET"],
    ["POST /api/processes/job/start?until=ready", 422, "START_FAILED"],
    ["GET /api/processes/job/wait?for=ready", 409, "CANNOT_COME_TRUE"],
    ["GET /api/processes/api/wait?for=stopped&timeout=10ms", 504, "OPERATION_TIMEOUT"],
    ["POST /api/processes/job/signal", 409, "NOT_RUNNING", { signal: "HUP" }],
    ["POST /api/processes/db/signal", 400, "INVALID_PARAMETER", { signal: "99" }],
    ["POST /api/processes/db/signal", 400, "INVALID_PARAMETER", { signal: "0" }],
    ["POST /api/processes/api/send", 409, "NO_INPUT", { text: "hello" }],
    ["POST /api/processes", 409, "NAME_TAKEN", { project: "shop", name: "api", command: "x" }],
    ["POST /api/processes", 422, "COMMAND_NOT_FOUND", { command: "there-is-none" }],
    ["POST /api/processes", 422, "CONFIG_INVALID", { command: "x", restrat: "no", stop: 1 }],
    ["POST /api/processes", 400, "INVALID_PARAMETER", { name: "all", command: "x" }],
    ["GET /api/processes/api/logs?grep=%28", 400, "INVALID_PARAMETER"],
    ["GET /api/processes/api/logs?cursor=nonsense", 400, "INVALID_PARAMETER"],
    ["GET /api/processes/api/logs?follow=true&before=1s", 400, "INVALID_PARAMETER"],
    ["DELETE /api/orphans/1", 404, "PROCESS_NOT_FOUND"],
    ["DELETE /api/kill?pid=1", 404, "PROCESS_NOT_FOUND"],
  ];

describe("what cannot be done is told with the code of the command line", () => {
  for (const [line, status, code, body] of REFUSED) {
    test(`${line} is ${code}`, async () => {
      const answer = await ask(line, body);
      expect(answer.json()).toMatchObject({ status, code, error: { code } });
      expect(answer.status).toBe(status);
    });
  }
});

test("what two projects have is told apart by one of them", async () => {
  sandbox.write("other.json", JSON.stringify({ name: "blog", processes: { api: "sleep 1000" } }));
  await sandbox.ok("up", "-d", "-f", "other.json");
  const both = await ask("GET /api/processes/api");
  const found = ["shop/api", "blog/api"];
  expect(both.json()).toMatchObject({ status: 409, error: { details: { found } } });
  expect((await ask("GET /api/processes/api?project=blog")).json()).toMatchObject({
    id: "blog/api.1",
  });
  expect((await ask("DELETE /api/processes/blog%2Fapi")).status).toBe(200);
});

test("metrics are those of the command", async () => {
  const { text } = await ask("GET /metrics");
  expect(text).toContain('procman_process_up{project="shop",process="api",instance="1"} 1');
  const names = (of: string): string[] => of.match(/^# TYPE \S+/gm) ?? [];
  expect(names(await sandbox.ok("metrics"))).toEqual(names(text));
});

test("a reader of events goes on where it was, and misses nothing", async () => {
  const { text } = await ask("GET /api/events?lines=5&follow=false");
  const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
  expect(ids).toHaveLength(5);
  const headers = ["-H", `last-event-id: ${ids[1]}`, "-H", "accept: application/x-ndjson"];
  const after = await ask("GET /api/events?follow=false", undefined, ...headers);
  const later = after.text
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { seq: number }).seq);
  expect(later).toEqual(ids.slice(2));
});

test("logs go on after a line by its cursor, and are followed as they are written", async () => {
  const page = (await ask("GET /api/processes/api/logs?lines=2")).json() as { cursor: string }[];
  const query = `cursor=${encodeURIComponent(page[0]?.cursor ?? "")}`;
  const rest = (await ask(`GET /api/processes/api/logs?${query}`)).json() as unknown[];
  expect(rest[0]).toEqual(page[1]);
  const socket = join(sandbox.home, "daemon.sock");
  const followed = await fetch(`http://localhost/api/processes/api/logs?${query}&follow=true`, {
    unix: socket,
    headers: { accept: "text/event-stream" },
  });
  const reader = followed.body!.getReader();
  let seen = "";
  while (seen.split("tick").length < 5)
    seen += Buffer.from((await reader.read()).value ?? "").toString();
  expect(seen).toMatch(/^: \n\nid: 1:shop\/api\.1=\S+\ndata: \{"time"/);
  await reader.cancel();
});

test(
  "a WebSocket tells what happens, and takes commands",
  async () => {
    const socket = new WebSocket(
      `ws+unix://${join(sandbox.home, "daemon.sock")}:/api/ws?process=db`,
    );
    const said: { type: string; id?: number; status?: number; event?: { type: string } }[] = [];
    socket.addEventListener("message", ({ data }) => said.push(JSON.parse(String(data))));
    await new Promise((open) => socket.addEventListener("open", open));
    const commands = [
      { id: 1, method: "POST", path: "/api/processes/db.1/start" },
      { id: 2, method: "POST", path: "/api/processes/db.1/stop", body: { timeout: "1s" } },
      { id: 3, method: "GET", path: "/api/processes/nope" },
      { id: 4, method: "GET", path: "/api/events" },
      { id: 5 },
    ];
    for (const [at, command] of commands.entries()) {
      socket.send(JSON.stringify(command));
      await eventually(`the answer to command ${command.id}`, async () => {
        const answers = said.filter(({ type }) => type === "answer");
        return { value: answers, done: answers.length > at };
      });
    }
    socket.send("no JSON");
    await eventually("events and answers", async () => {
      const types = said.map(({ event }) => event?.type);
      const done = types.includes("process.started") && types.includes("process.stopped");
      return {
        value: types,
        done: done && said.filter(({ type }) => type === "answer").length > 5,
      };
    });
    const answers = said.filter(({ type }) => type === "answer");
    expect(answers.map(({ id, status }) => [id, status])).toEqual([
      [1, 200],
      [2, 200],
      [3, 404],
      [4, 400],
      [5, 400],
      [null as unknown as number, 400],
    ]);
    socket.close();
  },
  SLOW_MS,
);
