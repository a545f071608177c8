/** Ready probes that are given up: after so many failures in a row, or never. */

import { expect, test } from "bun:test";
import type { ReadyTry } from "../../src/model/probe.ts";
import { createProber } from "../../src/platform/prober.ts";
import { NOTHING_HEARD, Stage } from "./stage.ts";

/** Passes with the tries that are marked so. */
async function verdictOn(tries: string, probe: Partial<ReadyTry>): Promise<string> {
  const heard = { ...NOTHING_HEARD.hearing };
  let nth = 0;
  heard.untilReady = async () => {
    nth += 1;
    return tries[nth - 1] === "+";
  };
  const prober = createProber({ ...NOTHING_HEARD, hearing: heard, chance: { next: () => 0.5 } });
  await using stage = new Stage();
  const { promise, resolve } = Promise.withResolvers<string>();
  const leader = { pid: process.pid, startTicks: "1" };
  const run = {
    instance: "shop/api.1",
    runId: "r",
    leader,
    launch: stage.launch(["true"]),
  } as const;
  const pace = { intervalMs: 1, timeoutMs: 1_000 };
  prober.untilReady(run, [{ kind: "ipc", ...pace, ...probe } as ReadyTry], {
    ready: () => resolve(`ready after ${nth}`),
    never: (answer) => resolve(`given up after ${nth}: ${answer}`),
  });
  return await promise;
}

const SAYS = "it has not said that it is ready within 1s";

test.each([
  ["-----+", {}, "ready after 6"],
  ["--+", { failureThreshold: 3 }, "ready after 3"],
  ["---+", { failureThreshold: 3 }, `given up after 3: ${SAYS} (3 failures in a row)`],
  ["-+", { failureThreshold: 1 }, `given up after 1: ${SAYS} (1 failure)`],
  ["--+--++", { failureThreshold: 3, successThreshold: 2 }, "ready after 7"],
] as const)("%s with %o comes to: %s", async (tries, probe, verdict) => {
  expect(await verdictOn(tries, probe)).toBe(verdict);
});
