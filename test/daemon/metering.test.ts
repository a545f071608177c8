/** When runs are measured. */

import { expect, test } from "bun:test";
import { Metering } from "../../src/daemon/metering.ts";
import { UseHistory } from "../../src/daemon/use-history.ts";
import type { World } from "../../src/model/state.ts";
import type { Gauge } from "../../src/supervisor/ports.ts";

const RUN = {
  id: "run-1",
  pid: 1,
  startTicks: "1",
  confinement: { own: [{ limit: "memory", value: 1, by: "watch" }], shared: null },
};
const INSTANCE = { id: "shop/api.1", project: "shop", process: "api" };
const WORLD = {
  instances: new Map([[INSTANCE.id, { ...INSTANCE, state: { kind: "running", run: RUN } }]]),
  projects: new Map(),
} as unknown as World;

test("what is watched is measured every second, however much is told meanwhile", async () => {
  let looks = 0;
  const gauge = {
    measure: async () => {
      looks += 1;
      return new Map();
    },
    last: () => null,
    keep() {},
  } as unknown as Gauge;
  const history = new UseHistory();
  const metering = new Metering({ world: () => WORLD, gauge, history, submit() {} });
  const noise = setInterval(() => metering.observer.observe({} as never), 100);
  const untilMs = performance.now() + 4_000;
  while (looks < 3 && performance.now() < untilMs) await Bun.sleep(20);
  clearInterval(noise);
  metering.close();
  expect(looks).toBeGreaterThanOrEqual(3);
});
