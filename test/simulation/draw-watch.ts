/** What a seed draws of watched files. */

import type { ProcessSpec } from "../../src/model/spec.ts";
import { fileOf, WATCH_SIGNAL } from "./files.ts";
import type { Random } from "./random.ts";

export function drawWatch(random: Random, name: string): Pick<ProcessSpec, "watch"> {
  const restart = { kind: "restart" } as const;
  const action = random.pick([
    restart,
    { kind: "reload" } as const,
    { kind: "signal", signal: WATCH_SIGNAL } as const,
    { kind: "exec", line: "build" } as const,
  ]);
  const cascade = action === restart && random.chance(0.3) ? { cascade: true as const } : {};
  const debounceMs = random.whole(1, 500);
  return {
    watch: { paths: [fileOf(name)], include: [], exclude: [], debounceMs, action, ...cascade },
  };
}

/** Few, or hardly anything else would happen. */
export function drawScribblers(random: Random): ReadonlyMap<string, number> {
  if (random.chance(0.7)) return new Map();
  return new Map([[random.pick(["a", "b"]), random.whole(1, 2_000)]]);
}
