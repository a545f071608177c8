/** A probe of a run beside another of the same process is answered by that one, until it listens itself. */

import { expect, test } from "bun:test";
import { passed } from "../../src/platform/probes/attempt.ts";
import { ofOwnPort, portOfAddress, portOfUrl } from "../../src/platform/probes/own-port.ts";
import { identityOf } from "../../src/platform/identity.ts";
import type { ProbedRun } from "../../src/supervisor/ports.ts";

/** Listens on a port, any if it is 0, and says which. */
const LISTENER = `
  const { port } = Bun.listen({ hostname: "127.0.0.1", port: Number(process.argv[1]), reusePort: true, socket: { data() {} } });
  console.log(port);
  await new Promise(() => {});`;

function start(name: string, runId: string, argv: readonly string[]) {
  const env = { PROCMAN_PROJECT: "shop", PROCMAN_PROCESS: name, PROCMAN_RUN_ID: runId };
  const child = Bun.spawn([...argv], { env, stdio: ["ignore", "pipe", "ignore"] });
  const leader = identityOf(child.pid);
  if (leader === null) throw new Error("it has ended");
  const launch = { argv, cwd: "/", env, user: null, group: null, umask: null } as const;
  const run: ProbedRun = {
    instance: "shop/web.1",
    runId,
    leader,
    launch: { ...launch, port: null, input: "none" },
  };
  return { child, run, [Symbol.dispose]: () => child.kill("SIGKILL") };
}

async function listen(name: string, runId: string, port = 0) {
  const argv = [process.execPath, "--config=/dev/null", "-e", LISTENER, String(port)];
  const started = start(name, runId, argv);
  const { value } = await started.child.stdout.getReader().read();
  return { ...started, port: Number(Buffer.from(value ?? []).toString()) };
}

async function outcome(run: ProbedRun, port: number): Promise<boolean> {
  const attempt = ofOwnPort(async () => passed("it answered"), port, run);
  return (await attempt(new AbortController().signal)).passed;
}

test("it passes when the run listens itself, or when nobody else of its process does", async () => {
  using old = await listen("web", "test-1");
  using quiet = start("web", "test-2", ["sleep", "1000"]);
  using other = start("proxied", "test-3", ["sleep", "1000"]);
  using fresh = await listen("web", "test-4", old.port);
  expect(fresh.port).toBe(old.port);
  expect(await outcome(quiet.run, old.port)).toBe(false);
  expect(await outcome(fresh.run, old.port)).toBe(true);
  // What stands before it, as a proxy, is meant.
  expect(await outcome(other.run, old.port)).toBe(true);
});

test("the port is the one that is asked", () => {
  expect([
    portOfUrl("http://127.0.0.1:3000/ready"),
    portOfUrl("https://localhost/"),
    portOfUrl("http://localhost/"),
    portOfUrl("nothing"),
    portOfAddress("3000"),
    portOfAddress("localhost:3000"),
    portOfAddress("[::1]:3000"),
    portOfAddress("nothing"),
  ]).toEqual([3_000, 443, 80, null, 3_000, 3_000, 3_000, null]);
});
