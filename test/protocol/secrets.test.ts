/** What is shown of probes holds no secrets. */

import { expect, test } from "bun:test";
import { maskProbe, maskSecret } from "../../src/protocol/secrets.ts";

const PACE = { intervalMs: 1, timeoutMs: 1, startPeriodMs: 0, failureThreshold: 1 };

const ROWS = [
  ["Authorization", "Bearer s3cr3t", "********"],
  ["authorization", "Bearer ${API_TOKEN}", "Bearer ${API_TOKEN}"],
  ["Cookie", "session=1", "********"],
  ["COOKIE_DOMAIN", "example.org", "example.org"],
  ["X-Api-Key", "s3cr3t", "********"],
  ["Accept", "text/html", "text/html"],
  ["url", "http://me:pass@host/", "http://me:********@host/"],
] as const;

for (const [name, value, shown] of ROWS) {
  test(`${name}: ${value} is shown as ${shown}`, () => expect(maskSecret(name, value)).toBe(shown));
}

test("of an http probe headers and the password in its address are masked, the rest stays", () => {
  const probe = { kind: "http", url: "http://me:pass@host/", statuses: [], ...PACE } as const;
  const headers = { Accept: "*/*", Authorization: "Bearer s3cr3t" };
  const masked: object = maskProbe({ ...probe, headers });
  expect(masked).toEqual({
    ...probe,
    url: "http://me:********@host/",
    headers: { Accept: "*/*", Authorization: "********" },
  });
  const other = { kind: "tcp", address: "1", ...PACE } as const;
  expect(maskProbe(other)).toBe(other);
});
