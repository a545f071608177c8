/** A copy of examples/shop in a sandbox of its own, on ports of its own. */

import { cpSync } from "node:fs";
import { basename, resolve } from "node:path";
import { Sandbox } from "./sandbox.ts";

const SHOP = resolve(import.meta.dir, "../../examples/shop");
/** What whoever tries the shop has left there. */
const LEFT = new Set(["data", "alerts.log", ".env.local"]);

export function shopSandbox(): Sandbox {
  const sandbox = new Sandbox(null, { SHOP_API_PORT: "auto", SHOP_WEB_PORT: "auto" });
  const filter = (path: string): boolean => !LEFT.has(basename(path));
  cpSync(SHOP, sandbox.directory, { recursive: true, filter });
  return sandbox;
}
