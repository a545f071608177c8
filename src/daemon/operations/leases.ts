/** Leases of foreground commands: taken for whoever asks, and what is held by them. */

import { fail } from "../../model/errors.ts";
import type { Holder } from "../../protocol/definition-inputs.ts";
import type { DaemonContext } from "../context.ts";

/** The lease of the holder of a request; null when nothing holds what it starts. */
export async function takeLease(
  context: DaemonContext,
  holder: Holder | null,
): Promise<string | null> {
  if (holder === null) return null;
  const identity = context.identityOf(holder.pid);
  if (identity === null) {
    fail("INVALID_PARAMETER", `Cannot hold processes for pid ${holder.pid}: no such process`);
  }
  const unwatched = holder.unwatched === true ? { unwatched: true as const } : {};
  const id = `${identity.pid}-${identity.startTicks}`;
  await context.supervisor.submit({
    kind: "lease-taken",
    lease: { id, ...identity, ...unwatched },
  });
  return id;
}

/** The instances that a lease holds. */
export function heldBy({ supervisor }: DaemonContext, lease: string | null): readonly string[] {
  if (lease === null) return [];
  return [...supervisor.world.instances.values()]
    .filter((it) => it.lease === lease)
    .map(({ id }) => id);
}
