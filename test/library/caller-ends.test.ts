/** What a program manages itself ends with it. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import { eventually } from "../e2e/eventually.ts";
import { isAlive, identityOf } from "../../src/platform/identity.ts";
import { processTable } from "../../src/platform/process-table.ts";

const CALLER = join(import.meta.dir, "fixtures/caller.ts");
const SLOW_MS = 60_000;

const ENDS: Readonly<Record<string, (caller: Bun.Subprocess) => void>> = {
  "ends by itself": () => {},
  throws: () => {},
  "is ended by SIGTERM": (caller) => caller.kill("SIGTERM"),
  "is ended by SIGINT": (caller) => caller.kill("SIGINT"),
  "is killed": (caller) => caller.kill("SIGKILL"),
};
const BY_ITSELF: Readonly<Record<string, string>> = { "ends by itself": "exit", throws: "throw" };

test.concurrent.each(Object.keys(ENDS))(
  "F17 F18: nothing is left of a program's processes when it %s",
  async (how) => {
    const caller = start([BY_ITSELF[how] ?? "stay"], {});
    const pids = await toldBy(caller);
    const identities = pids.map((pid) => ({
      pid,
      startTicks: processTable.row(pid)?.startTicks ?? "",
    }));
    ENDS[how]?.(caller);
    await caller.exited;
    await eventually("all of them to be gone", async () => {
      const left = identities.filter((it) => isAlive(it));
      return { value: left, done: left.length === 0 };
    });
    expect(pids.length).toBe(3);
  },
  SLOW_MS,
);

test(
  "what a program manages that is itself a run of procman carries a run id within its own",
  async () => {
    const caller = start(["stay"], { PROCMAN_RUN_ID: "home-7", PROCMAN_SOCKET: "/nowhere" });
    const [pid = 0] = await toldBy(caller);
    expect(processTable.variableOf(pid, "PROCMAN_RUN_ID")).toMatch(/^home-7\/[\da-f-]+\/1$/);
    expect(processTable.variableOf(pid, "PROCMAN_SOCKET")).toBeNull();
    caller.kill("SIGKILL");
    await eventually("it to be gone", async () => ({ value: pid, done: identityOf(pid) === null }));
  },
  SLOW_MS,
);

function start(args: readonly string[], env: Record<string, string>) {
  return Bun.spawn([process.execPath, CALLER, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
}

async function toldBy({ stdout }: { stdout: ReadableStream<Uint8Array> }): Promise<number[]> {
  const reader = stdout.getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error("the program has said nothing");
    text += new TextDecoder().decode(value);
  }
  return JSON.parse(text) as number[];
}
