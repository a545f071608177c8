/** What a child has written is in its log, also when it ends while no daemon is there: line for line, in order, once. */

import { expect, test } from "bun:test";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { DaemonStatus, Diagnosis } from "../../src/protocol/shapes.ts";
import { eventually, isAlive, kill, Sandbox } from "./sandbox.ts";

const TIMEOUT_MS = 120_000;
const isLinux = process.platform === "linux";

/** Waits for a file, writes more than a page to both streams, and ends in the middle of a line. */
const TALKER = `
while [ ! -e go ]; do sleep 0.01; done
i=0; while [ $i -lt 500 ]; do echo "$1 out $i"; echo "$1 err $i" >&2; i=$((i + 1)); done
printf "$1 out's last"; printf "$1 err's last" >&2
exit 3`;

const talker = (name: string) => ({ command: ["sh", "-c", TALKER, "talker", name], restart: "no" });

function saidBy(name: string, stream: "out" | "err"): string {
  const lines = Array.from({ length: 500 }, (_, nth) => `${name} ${stream} ${nth}\n`);
  return `${lines.join("")}${name} ${stream}'s last`;
}

const NAMES = ["a", "b", "c"];
const talkers = { processes: Object.fromEntries(NAMES.map((name) => [name, talker(name)])) };

for (const [what, after] of [
  ["its keeper takes its time", async () => {}],
  [
    "further daemons are killed while they recover",
    async (sandbox: Sandbox) => {
      for (const pauseMs of [0, 15, 30, 45, 60, 80, 100, 120]) {
        const starting = sandbox.spawn(["daemon", "start"]);
        const pid = await eventually("a daemon to be coming up", async () => {
          const value = pidsOf(sandbox, "daemon/main.ts\0").find((it) => !isKeeper(it)) ?? null;
          return { value, done: value !== null };
        });
        await Bun.sleep(pauseMs);
        for (const keeper of sandbox.processes().filter(isKeeper)) kill(keeper);
        if (pid !== null) kill(pid);
        starting.kill("SIGKILL");
        await starting.exited;
      }
    },
  ],
] as const) {
  test.skipIf(!isLinux)(
    `a daemon is killed, its children end before there is another, and ${what}: every line is there`,
    async () => {
      await using sandbox = new Sandbox(talkers);
      await sandbox.ok("up", "-d");
      const before = await sandbox.list();
      for (const pid of sandbox.processes().filter(isKeeper)) kill(pid);
      await sandbox.killDaemon();
      sandbox.write("go", "");
      await eventually("the children to have ended", async () => ({
        value: null,
        done: before.every(({ pid }) => !isAlive(pid ?? 0)),
      }));
      await after(sandbox);
      for (const name of NAMES) {
        const { exitCode, logs } = await sandbox.until(name, ({ state }) => state === "failed");
        expect([null, 3]).toContain(exitCode);
        expect(readFileSync(logs.stdout, "utf8")).toBe(saidBy(name, "out"));
        expect(readFileSync(logs.stderr, "utf8")).toBe(saidBy(name, "err"));
      }
      expect(holders(sandbox).length).toBeLessThanOrEqual(1);
    },
    TIMEOUT_MS,
  );
}

test.skipIf(!isLinux)(
  "ten kills of the daemon during a crash loop of hundreds of short runs: what each has written is there",
  async () => {
    const [instances, lines] = [8, 20];
    const script = `
      if [ -e enough ]; then exec sleep 1000; fi
      i=0
      while [ $i -lt ${lines} ]; do
        echo "$PROCMAN_RUN_ID/$$ $i"; echo "$PROCMAN_RUN_ID/$$ $i" >&2; i=$((i + 1))
      done
      echo "$PROCMAN_RUN_ID/$$" >> ran`;
    await using sandbox = new Sandbox({
      processes: {
        short: {
          command: ["sh", "-c", script],
          instances,
          restart: {
            policy: "always",
            max: 999,
            backoff: { initial: "20ms", factor: 1, jitter: 0 },
          },
        },
      },
    });
    await sandbox.ok("up", "-d");
    const ran = (): string[] =>
      existsSync(join(sandbox.directory, "ran")) ? sandbox.read("ran").trim().split("\n") : [];
    for (let nth = 1; nth <= 10; nth += 1) {
      await eventually("more of them to have run", async () => {
        const value = ran().length;
        return { value, done: value >= nth * 20 };
      });
      // By its pid: none may answer just now, as long as the next one is coming up.
      const pid = await eventually("a daemon", async () => {
        const { code, stdout } = await sandbox.run("daemon", "status", "--json");
        return {
          value: code === 0 ? (JSON.parse(stdout) as DaemonStatus).pid : 0,
          done: code === 0,
        };
      });
      kill(pid);
    }
    sandbox.write("enough", "");
    const sleepers = (): number => pidsOf(sandbox, "sleep\x001000\0").length;
    await eventually("the loop to have ended", async () => {
      const value = sleepers();
      return { value, done: value === instances };
    });
    await sandbox.ok("stop", "all");
    const ids = ran();
    expect(ids.length).toBeGreaterThanOrEqual(200);
    for (const stream of ["stdout", "stderr"] as const) {
      const found = Map.groupBy(linesOf(sandbox, stream), (line) => line.split(" ")[0] ?? "");
      const wanted = new Map(
        ids.map((id) => [id, Array.from({ length: lines }, (_, nth) => `${id} ${nth}`)]),
      );
      expect(ids.filter((id) => !Bun.deepEquals(found.get(id), wanted.get(id)))).toEqual([]);
      expect([...found.keys()].filter((id) => !wanted.has(id))).toEqual([]);
    }
  },
  TIMEOUT_MS,
);

test.skipIf(!isLinux)(
  "one process holds for all runs: replaced when it is killed, handed on by restarts, gone with the daemon",
  async () => {
    await using sandbox = new Sandbox({ processes: { a: "sleep 1000", b: "sleep 1000" } });
    await sandbox.ok("daemon", "start");
    expect(holders(sandbox)).toEqual([]);
    await sandbox.ok("up", "-d");
    const [first = 0, ...more] = holders(sandbox);
    expect(more).toEqual([]);
    expect(commandOf(first)).toContain(join(sandbox.home, "run"));
    for (const word of ["orphans", "discover"]) {
      const found = JSON.parse(await sandbox.ok(word, "--json")) as { pid: number }[];
      expect(found.map(({ pid }) => pid)).not.toContain(first);
    }
    const { stderr } = await sandbox.run("adopt", `${first}`, "--name", "c", "--json");
    expect(stderr).toContain("PERMISSION_DENIED");
    kill(first);
    const second = await another(sandbox, first);
    await sandbox.ok("daemon", "restart");
    const third = await another(sandbox, second);
    await sandbox.killDaemon();
    await sandbox.ok("ls");
    await another(sandbox, third);
    expect(await zombiesOf((await sandbox.daemon()).pid)).toEqual([]);
    await sandbox.ok("daemon", "stop");
    await eventually("nothing to be left", async () => {
      const value = sandbox.processes();
      return { value, done: value.length === 0 };
    });
    expect(readdirSync(join(sandbox.home, "run"))).toEqual([]);
  },
  TIMEOUT_MS,
);

test.skipIf(!isLinux)(
  "one whose daemon never came back is found by doctor once nobody needs it, and its end is what it advises",
  async () => {
    await using sandbox = new Sandbox({ processes: { a: "sleep 1000" } });
    await sandbox.ok("up", "-d");
    await sandbox.ok("stop", "a");
    const [left] = holders(sandbox);
    for (const pid of sandbox.processes().filter(isKeeper)) kill(pid);
    await sandbox.killDaemon();
    expect(left).toBeNumber();
    const found = JSON.parse((await sandbox.run("doctor", "--json")).stdout) as Diagnosis;
    const [finding] = found.findings.filter(({ check }) => check === "leftovers");
    expect(finding).toMatchObject({ level: "warning", fix: `kill ${left}` });
    await sandbox.shell(finding?.fix ?? "");
    await eventually("it to be gone", async () => {
      const value = holders(sandbox);
      return { value, done: value.length === 0 };
    });
    await sandbox.ok("daemon", "start");
    expect(readdirSync(join(sandbox.home, "run"))).toEqual([]);
  },
  TIMEOUT_MS,
);

/** The only one, when it is not that any more. */
async function another(sandbox: Sandbox, former: number): Promise<number> {
  const [pid = 0] = await eventually("another holder", async () => {
    const value = holders(sandbox);
    return { value, done: value.length === 1 && value[0] !== former };
  });
  return pid;
}

async function zombiesOf(daemon: number): Promise<string[]> {
  return readdirSync("/proc").filter((pid) =>
    new RegExp(String.raw`\) Z ${daemon} `).test(read(`/proc/${pid}/stat`)),
  );
}

function linesOf(sandbox: Sandbox, stream: "stdout" | "stderr"): string[] {
  const directory = join(sandbox.home, "logs", "project");
  return readdirSync(directory)
    .filter((name) => name.endsWith(`.${stream}.log`))
    .flatMap((name) => readFileSync(join(directory, name), "utf8").split("\n").slice(0, -1));
}

function holders(sandbox: Sandbox): number[] {
  return pidsOf(sandbox, ".holder\0");
}

/** Those of the sandbox with a command line that has that. */
function pidsOf(sandbox: Sandbox, part: string): number[] {
  return sandbox.processes().filter((pid) => commandOf(pid).includes(part));
}

function isKeeper(pid: number): boolean {
  return commandOf(pid).includes("procman-keeper");
}

function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`);
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return ""; // Gone meanwhile.
  }
}
