/** A copy of examples/shop in a sandbox of its own, on ports of its own. */

import { cpSync } from "node:fs";
import { basename, resolve } from "node:path";
import { Sandbox } from "./sandbox.ts";

const SHOP = resolve(import.meta.dir, "../../examples/shop");
/** What whoever tries the shop has left there. */
const LEFT = new Set(["data", "alerts.log", ".env.local"]);

/** As in the shop, but asked more often; a database may be away for as long as the test likes. */
export const QUICK = {
  processes: {
    api: { health: { interval: "300ms" }, restart: { max: 100, backoff: { max: "500ms" } } },
    web: { health: { interval: "300ms" } },
    worker: { restart: { max: 100, backoff: { max: "500ms" } } },
    customers: {
      health: [
        { tcp: "127.0.0.1:${web.port}", interval: "300ms" },
        { ipc: true, interval: "300ms" },
      ],
    },
  },
};

export function shopSandbox(): Sandbox {
  const sandbox = new Sandbox(null, { SHOP_API_PORT: "auto", SHOP_WEB_PORT: "auto" });
  const filter = (path: string): boolean => !LEFT.has(basename(path));
  cpSync(SHOP, sandbox.directory, { recursive: true, filter });
  return sandbox;
}

/** So that a warning can be seen, and what is broken be repaired, before it is more than that. */
export function patient(name: "api") {
  const { processes } = QUICK;
  const health = { ...processes[name].health, failureThreshold: 100 };
  return { processes: { ...processes, [name]: { ...processes[name], health } } };
}
