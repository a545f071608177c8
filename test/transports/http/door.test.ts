import { describe, expect, test } from "bun:test";
import { hostname } from "node:os";
import { isLoopback, parseAddress } from "../../../src/transports/http/address.ts";
import { guardedDoor } from "../../../src/transports/http/door.ts";
import { FakeHttp, json } from "./fake.ts";

const TOKEN = "t".repeat(43);
const loopback = { host: "127.0.0.1", port: 4_000, expose: false };
const door = guardedDoor(loopback, TOKEN);
const bearer = { authorization: `Bearer ${TOKEN}` };
const host = "127.0.0.1:4000";
const cookie = door.exchange?.(TOKEN)?.split(";")[0] ?? "";
const page = `http://${host}`;

const ROWS: readonly (readonly [
  title: string,
  ask: string,
  headers: Record<string, string>,
  status: number,
])[] = [
  ["who has the token comes in", "GET /api/processes", { ...bearer }, 200],
  ["who has none does not", "GET /api/processes", {}, 401],
  ["who has another one does not", "GET /api/processes", { authorization: "Bearer x" }, 401],
  ["nor who has it as a password", "GET /api/processes", { authorization: `Basic ${TOKEN}` }, 401],
  ["a path that there is not is told to nobody without a token", "GET /nope", {}, 401],
  ["the daemon's own health is for everybody", "GET /health", {}, 200],
  ["also whether it lives", "GET /livez", {}, 200],
  ["and whether it is ready", "GET /readyz", {}, 200],
  ["metrics are not", "GET /metrics", {}, 401],
  ["localhost is this machine", "GET /health", { host: "localhost:9" }, 200],
  ["and so is a tunnel's end by its number", "GET /health", { host: "10.1.2.3" }, 200],
  [
    "a name that leads here is refused (DNS rebinding)",
    "GET /health",
    { host: "evil.example" },
    403,
  ],
  ["also one that begins like ours", "GET /health", { host: "localhost.evil.example" }, 403],
  ["also with the token", "GET /api/processes", { ...bearer, host: "evil.example" }, 403],
  ["no host is none of ours", "GET /health", { host: "" }, 403],
  ["a page of ours may ask", "GET /api/processes", { ...bearer, origin: page }, 200],
  [
    "a page of others may not",
    "GET /api/processes",
    { ...bearer, origin: "http://a.example" },
    403,
  ],
  ["nor one of no origin", "GET /api/processes", { ...bearer, origin: "null" }, 403],
  ["nor another port of this machine", "GET /health", { origin: "http://127.0.0.1:3000" }, 403],
  [
    "nor can a page of others find out what is allowed",
    "OPTIONS /api/processes",
    { origin: "http://a.example" },
    403,
  ],
  [
    "the cookie is as good as the token to look",
    "GET /api/processes",
    { cookie: `a=b; ${cookie}` },
    200,
  ],
  ["another one is not", "GET /api/processes", { cookie: `${cookie}x` }, 401],
  [
    "the token is no cookie",
    "GET /api/processes",
    { cookie: `${cookie.split("=")[0]}=${TOKEN}` },
    401,
  ],
  [
    "the cookie changes things for a page of ours",
    "POST /api/processes/a/stop",
    { cookie, origin: page },
    200,
  ],
  [
    "and where the browser says so",
    "POST /api/processes/a/stop",
    { cookie, "sec-fetch-site": "same-origin" },
    200,
  ],
  ["and for nobody who does not say where he is", "POST /api/processes/a/stop", { cookie }, 403],
  ["the token needs no page", "POST /api/processes/a/stop", { ...bearer }, 200],
  ["a WebSocket takes it too", "GET /api/ws", { ...bearer }, 426],
  ["and nothing else", "GET /api/ws", { origin: page }, 401],
];

describe("who may come in over TCP", () => {
  for (const [title, ask, headers, status] of ROWS) {
    test(`${title}: ${ask}`, async () => {
      const http = new FakeHttp({ list: [] });
      const response = await http.ask(ask, { headers: { host, ...headers } }, door);
      expect(response.status).toBe(status);
      if (status >= 400) expect(http.asked).toEqual([]);
    });
  }
});

test("a browser exchanges the token for a cookie that no page reads and no other site sends", async () => {
  const http = new FakeHttp();
  const asked = await http.ask(`GET /login?token=${TOKEN}`, { headers: { host } }, door);
  expect([asked.status, asked.headers.get("location")]).toEqual([303, "/"]);
  expect(asked.headers.get("set-cookie")).toBe(`${cookie}; Path=/; HttpOnly; SameSite=Strict`);
  expect(cookie).not.toContain(TOKEN);
  const given = json({ token: TOKEN });
  const headers = { host, "content-type": "application/json" };
  const posted = await http.ask("POST /login", { ...given, headers }, door);
  expect([posted.status, posted.headers.get("set-cookie")]).toEqual([
    204,
    asked.headers.get("set-cookie"),
  ]);
});

test("whoever does not know the token gets no cookie", async () => {
  const http = new FakeHttp();
  const init = { headers: { host } };
  expect((await http.ask("GET /login?token=nope", init, door)).status).toBe(401);
  expect((await http.ask("GET /login", init, door)).status).toBe(400);
  expect((await http.ask("DELETE /login", init, door)).status).toBe(405);
});

test("there is nothing to log in to on the socket", async () => {
  expect((await new FakeHttp().ask("GET /login?token=x")).status).toBe(404);
});

test("a daemon that other machines may reach answers by the name of its machine", async () => {
  const exposed = guardedDoor({ host: "0.0.0.0", port: 4_000, expose: true }, TOKEN);
  const asked = (name: string) =>
    new FakeHttp().ask("GET /health", { headers: { host: `${name}:4000` } }, exposed);
  expect((await asked(hostname())).status).toBe(200);
  expect((await asked("192.168.1.2")).status).toBe(200);
  expect((await asked("evil.example")).status).toBe(403);
});

test("addresses are read as people write them", () => {
  const rows = [
    ["4000", { host: "127.0.0.1", port: 4_000 }],
    [":4000", { host: "127.0.0.1", port: 4_000 }],
    ["localhost:0", { host: "localhost", port: 0 }],
    ["[::1]:80", { host: "::1", port: 80 }],
    ["0.0.0.0:65535", { host: "0.0.0.0", port: 65_535 }],
    ["127.0.0.1:65536", null],
    ["::1:80", null],
    ["127.0.0.1", null],
    ["http://localhost:80", null],
    ["", null],
  ] as const;
  for (const [text, address] of rows) expect([text, parseAddress(text)]).toEqual([text, address]);
});

test("only what no other machine can reach is this machine's alone", () => {
  const alone = ["127.0.0.1", "127.8.8.8", "::1", "localhost"];
  const others = ["0.0.0.0", "::", "10.0.0.1", "example.org", "127.0.0.1.example.org"];
  expect(alone.filter((it) => !isLoopback(it))).toEqual([]);
  expect(others.filter(isLoopback)).toEqual([]);
});
