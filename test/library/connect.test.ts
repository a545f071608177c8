/** `connect()` with a daemon of its own. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { connect, ProcmanError, type Procman, type WireEvent } from "../../src/index.ts";
import { eventually, Sandbox } from "../e2e/sandbox.ts";

const SLOW_MS = 60_000;

const CONFIG = {
  name: "shop",
  processes: {
    api: { command: 'echo "for $WHO"; exec sleep 1000', env: { WHO: "${WHO}" } },
    once: { command: "true", restart: "no", autostart: false },
  },
};

let sandbox: Sandbox;
let procman: Procman;

beforeAll(() => {
  sandbox = new Sandbox(CONFIG);
  procman = connected();
});

afterAll(async () => {
  await procman[Symbol.asyncDispose]();
  await sandbox[Symbol.asyncDispose]();
});

function connected(options: Partial<Parameters<typeof connect>[0]> = {}): Procman {
  const { home, directory } = sandbox;
  const env = { PATH: process.env["PATH"], HOME: sandbox.root, WHO: "the library" };
  return connect({ home, directory, env, ...options });
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  return thrown instanceof ProcmanError ? thrown.code : String(thrown);
}

test(
  "what is run in the directory of a configuration belongs to its project from the first",
  async () => {
    await using other = new Sandbox(CONFIG);
    const { home, directory } = other;
    const fresh = connected({ home, directory });
    const { result } = await fresh.run({ command: ["sleep", "1000"] });
    expect(result.id).toBe("shop/sleep.1");
    expect(await codeOf(fresh.run({ command: ["sleep", "1"], name: "api" }))).toBe("NAME_TAKEN");
  },
  SLOW_MS,
);

describe.serial("a connection", () => {
  test("starts no daemon to look", async () => {
    expect(await codeOf(procman.list())).toBe("DAEMON_UNREACHABLE");
    expect(await codeOf(procman.events().next())).toBe("DAEMON_UNREACHABLE");
    expect(existsSync(join(sandbox.home, "daemon.sock"))).toBe(false);
  });

  test(
    "starts it to change something: `up` reads the configuration",
    async () => {
      const { project, results } = await procman.up({ until: "ready" });
      expect([project, results.map(({ id, ok }) => [id, ok])]).toEqual([
        "shop",
        [["shop/api.1", true]],
      ]);
      expect((await procman.list()).map(({ id, state }) => `${id} ${state}`)).toEqual([
        "shop/api.1 running",
        "shop/once.1 stopped",
      ]);
      expect(await sandbox.ok("logs", "api", "--no-prefix", "-n", "1")).toBe("for the library\n");
    },
    SLOW_MS,
  );

  test("runs a command, and tells how it went", async () => {
    const { result } = await procman.run({ command: ["sh", "-c", "exit 3", "$HOME"], name: "job" });
    expect(result).toMatchObject({ id: "shop/job.1", ok: true });
    const job = await eventually("the end of it", async () => {
      const [value] = await procman.list({ targets: ["job"] });
      return { value, done: value?.state === "failed" };
    });
    expect([job?.exitCode, job?.command]).toEqual([3, "sh -c 'exit 3' $HOME"]);
    const { result: missing } = await procman.run({ command: ["no-such-program"] });
    expect(missing.error?.code).toBe("COMMAND_NOT_FOUND");
  });

  test("has errors with code, hint and details", async () => {
    const error: unknown = await procman
      .stop({ targets: ["apu"] })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProcmanError);
    expect(error).toMatchObject({ code: "PROCESS_NOT_FOUND", hint: expect.any(String) as never });
    const wrong = { targets: ["api"], for: "nothing" as never };
    expect(await codeOf(procman.wait(wrong))).toBe("INVALID_PARAMETER");
    expect(await codeOf(procman.up({ files: ["missing.yaml"] }))).toBe("CONFIG_NOT_FOUND");
  });

  test(
    "follows events over the death of the daemon: none is missed, none comes twice",
    async () => {
      const { lastSeq: afterSeq } = await procman.daemonStatus();
      await using events = procman.events({ types: ["process.*"], afterSeq });
      const seen: WireEvent[] = [];
      const following = (async () => {
        for await (const event of events) {
          seen.push(event);
          if (seen.filter(({ type }) => type === "process.started").length === 2) break;
        }
      })();
      await procman.restart({ targets: ["api"] });
      await eventually("the first start", async () => ({
        value: seen,
        done: seen.some(({ type }) => type === "process.started"),
      }));
      await sandbox.killDaemon();
      // What may be done twice is asked of the next daemon by itself.
      await procman.stop({ targets: ["api"] });
      await procman.start({ targets: ["api"] });
      await following;
      const kept: WireEvent[] = [];
      const past = procman.events({ types: ["process.*"], follow: false, afterSeq });
      for await (const event of past) kept.push(event);
      expect(seen).toEqual(kept.slice(0, seen.length));
    },
    SLOW_MS,
  );

  test("ends a stream that is left, disposed of or aborted", async () => {
    for await (const event of procman.events({ afterSeq: 0 })) {
      expect(event.seq).toBeGreaterThan(0);
      break;
    }
    const disposed = procman.events();
    const next = disposed.next();
    await disposed[Symbol.asyncDispose]();
    expect((await next).done).toBe(true);
    const abort = new AbortController();
    const aborted = procman.events({}, { signal: abort.signal });
    const waiting = aborted.next();
    abort.abort(new Error("enough"));
    expect(await codeOf(waiting)).toBe("Error: enough");
  });

  test("ends a call that is aborted", async () => {
    const input = { targets: ["api"], for: "stopped" } as const;
    const waiting = procman.wait(input, { signal: AbortSignal.timeout(50) });
    expect(await codeOf(waiting)).toContain("TimeoutError");
  });

  test("ends what is under way when it is disposed of", async () => {
    const other = connected();
    const waiting = codeOf(other.wait({ targets: ["api"], for: "stopped" }));
    await Promise.resolve();
    await other[Symbol.asyncDispose]();
    expect(await waiting).toContain("AbortError");
  });

  test("is about the project that it is told", async () => {
    const elsewhere = connected({ directory: "/", project: "shop" });
    expect((await elsewhere.list({ targets: ["api"] })).map(({ id }) => id)).toEqual([
      "shop/api.1",
    ]);
    const nowhere = connected({ directory: "/" });
    expect(await codeOf(nowhere.stop({ targets: ["api"] }))).toBe("NO_PROJECT");
  });

  test("puts an edited configuration in force", async () => {
    const { api } = CONFIG.processes;
    sandbox.configure({ ...CONFIG, processes: { api: { ...api, env: { WHO: "all" } } } });
    const { changes } = await procman.apply({ prune: true });
    expect(changes.removed).toEqual(["once"]);
    expect(await sandbox.ok("logs", "api", "--no-prefix", "-n", "1")).toBe("for all\n");
  });

  test(
    "ends a stream when the daemon is stopped, which is gone then",
    async () => {
      const events = procman.events({ types: ["daemon.*"], afterSeq: 0 });
      expect((await events.next()).value?.type).toBe("daemon.started");
      const all = (async () => {
        for await (const _ of events);
        return "over";
      })();
      await procman.daemonStop();
      expect(existsSync(join(sandbox.home, "daemon.sock"))).toBe(false);
      expect(await all).toBe("over");
    },
    SLOW_MS,
  );
});
