/** What a seed draws of reloads: some of what would be restarted, or started, is to be reloaded instead. */

import type { InstanceRequest } from "../../src/model/inputs.ts";
import type { Random } from "./random.ts";

export function withReloads(random: Random, request: InstanceRequest): InstanceRequest {
  const share = request.kind === "restart-asked" ? 0.7 : request.kind === "start-asked" ? 0.3 : 0;
  return random.chance(share) ? { kind: "reload-asked" } : request;
}
