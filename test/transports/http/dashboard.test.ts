/** The page of the dashboard as it is served, and who is shown it. */

import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { guardedDoor } from "../../../src/transports/http/door.ts";
import { loginCode, LoginCodes } from "../../../src/transports/http/login-code.ts";
import { FakeHttp } from "./fake.ts";

const TOKEN = "t".repeat(43);
const PAGE_BYTES = 60 * 1024;
const MINUTE_MS = 60_000;

const door = () => guardedDoor({ host: "127.0.0.1", port: 4_000, expose: false }, TOKEN);
const host = "127.0.0.1:4000";
const browser = { host, accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

describe("the page", () => {
  test("is one document with all that it needs, and small", async () => {
    const response = await new FakeHttp().ask("GET /");
    const html = await response.text();
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "text/html; charset=utf-8",
    ]);
    expect(html).toStartWith("<!doctype html>");
    expect(Buffer.byteLength(html)).toBeLessThan(PAGE_BYTES);
    expect(html).not.toMatch(/<(?:script|img|iframe)[^>]* src=|<link[^>]*stylesheet|@import|url\(/);
    expect(html).not.toMatch(
      /<[^>]+ on[a-z]+=|innerHTML|insertAdjacentHTML|document\.write|eval\(/,
    );
  });

  test("may run and look like what stands in it and nothing else, and ask nobody else", async () => {
    const response = await new FakeHttp().ask("GET /");
    const policy = response.headers.get("content-security-policy") ?? "";
    const html = await response.text();
    const rules = Object.fromEntries(
      policy.split("; ").map((rule) => rule.split(/ (.*)/s).slice(0, 2)),
    ) as Record<string, string>;
    expect(rules).toMatchObject({
      "default-src": "'none'",
      "script-src": `'sha256-${hashIn(html, "script")}'`,
      "style-src": `'sha256-${hashIn(html, "style")}'`,
      "connect-src": "'self'",
      "frame-ancestors": "'none'",
      "form-action": "'none'",
      "base-uri": "'none'",
      "require-trusted-types-for": "'script'",
    });
    expect(policy).not.toContain("unsafe");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("takes GET and HEAD alone", async () => {
    const http = new FakeHttp();
    expect((await http.ask("HEAD /")).status).toBe(200);
    const posted = await http.ask("POST /");
    expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
  });
});

describe("whoever is not let in", () => {
  test("is told how to get in, where somebody looks at it", async () => {
    const response = await new FakeHttp().ask("GET /", { headers: browser }, door());
    const html = await response.text();
    expect([response.status, response.headers.get("content-type")]).toEqual([
      401,
      "text/html; charset=utf-8",
    ]);
    expect(html).toContain("procman dash");
    expect(response.headers.get("content-security-policy")).toContain("script-src 'none'");
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
  });

  test("sees nothing of the page", async () => {
    const html = await (await new FakeHttp().ask("GET /", { headers: browser }, door())).text();
    expect(html).not.toContain("<script");
  });

  test("is answered by a document where it is a program", async () => {
    const response = await new FakeHttp().ask("GET /", { headers: { host } }, door());
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({
      status: 401,
      hint: expect.stringContaining("dash"),
    });
  });

  test("is shown what it has asked with as text", async () => {
    const ask = "GET /login?token=%3Cscript%3Ealert(1)%3C/script%3E";
    const html = await (await new FakeHttp().ask(ask, { headers: browser }, door())).text();
    expect(html).not.toContain("<script");
  });
});

describe("a link lets a browser in", () => {
  const login = (code: string, at = door()) =>
    new FakeHttp().ask(`GET /login?code=${code}`, { headers: browser }, at);

  test("once, with the same cookie as the token, and leads on", async () => {
    const at = door();
    const code = loginCode(TOKEN, Date.now() + MINUTE_MS);
    const first = await login(code, at);
    expect([first.status, first.headers.get("location")]).toEqual([303, "/"]);
    expect(first.headers.get("set-cookie")).toBe(at.exchange?.(TOKEN) ?? "");
    const again = await login(code, at);
    expect([again.status, again.headers.get("set-cookie")]).toEqual([401, null]);
    expect(await again.text()).toContain("the link was used, or is too old");
  });

  test("that was made with this token", async () => {
    expect((await login(loginCode("u".repeat(43), Date.now() + MINUTE_MS))).status).toBe(401);
  });

  test("and holds nothing of the token", () => {
    expect(loginCode(TOKEN, 1)).not.toContain(TOKEN.slice(0, 5));
  });

  const good = loginCode(TOKEN, 1_000);
  const [expiry = "", nonce = "", mac = ""] = good.split(".");
  const rows: readonly (readonly [title: string, code: string, nowMs: number, isIn: boolean])[] = [
    ["in time", good, 999, true],
    ["not later", good, 1_001, false],
    ["not with another end", `${Number(expiry) + 9}.${nonce}.${mac}`, 0, false],
    ["not with another number", `${expiry}.${"a".repeat(22)}.${mac}`, 0, false],
    ["not with another signature", `${expiry}.${nonce}.${"a".repeat(43)}`, 0, false],
    ["not without one", `${expiry}.${nonce}.`, 0, false],
    ["not with nothing", "", 0, false],
  ];
  test.each(rows)("%s", (_, code, nowMs, isIn) => {
    expect(new LoginCodes(TOKEN).redeem(code, nowMs)).toBe(isIn);
  });
});

function hashIn(html: string, element: string): string {
  const content = new RegExp(`<${element}[^>]*>([^]*?)</${element}>`).exec(html)?.[1] ?? "";
  return createHash("sha256").update(content).digest("base64");
}
