/** Probes of addresses that nobody would write on purpose. */

import { expect, test } from "bun:test";
import type { HttpCheck } from "../../src/model/probe.ts";
import type { Attempt } from "../../src/platform/probes/attempt.ts";
import { httpAttempt } from "../../src/platform/probes/http.ts";
import { tcpAttempt } from "../../src/platform/probes/tcp.ts";

const PACE = { intervalMs: 10, timeoutMs: 5_000 };

const asked = (attempt: Attempt) => attempt(AbortSignal.timeout(PACE.timeoutMs));

function http(url: string, tls: HttpCheck["tls"] = {}) {
  return asked(httpAttempt({ kind: "http", url, tls, ...PACE }, (text) => text));
}

test("a bare % in credentials stands for itself", async () => {
  const heard: (string | null)[] = [];
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch({ headers }) {
      heard.push(headers.get("authorization"));
      return new Response();
    },
  });
  const { passed } = await http(`http://me:100%25%@127.0.0.1:${server.port}/`);
  expect({ passed, heard }).toEqual({ passed: true, heard: [`Basic ${btoa("me:100%25%")}`] });
});

test("what can never be asked has failed, and says why", async () => {
  const outcomes = [
    await http("mailto:me"),
    await http("https://127.0.0.1:9/", { ca: import.meta.path }),
    await asked(tcpAttempt({ address: "127.0.0.1:99999", ...PACE })),
  ];
  expect(outcomes.map(({ passed }) => passed)).toEqual([false, false, false]);
  expect(outcomes.map(({ text }) => text)).toEqual([
    "'mailto:me' is no http or https address",
    expect.stringContaining("GET https://127.0.0.1:9/ failed: Invalid CA"),
    expect.stringContaining("the connection to 127.0.0.1:99999 failed: "),
  ]);
});
