/** What instances have used, written down: a daemon that replaces its program, or ends, leaves it to the next one. Of one
 *  that was killed what was written last is there. */

import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { InstanceId } from "../model/ids.ts";
import { TIERS, type UseHistory } from "./use-history.ts";
import { Ring } from "./use-ring.ts";

/** The first line: what follows it, byte for byte. Another format begins with another version. */
interface Head {
  readonly version: 1;
  /** Of the bytes that follow. */
  readonly hash: string;
  readonly instances: readonly {
    readonly id: InstanceId;
    /** Of each tier. */
    readonly bytes: readonly number[];
  }[];
}

/** Throws when it cannot be written; then what was there before still is. */
export function writeHistory(path: string, history: UseHistory): void {
  const parts: Uint8Array[] = [];
  const instances = [...history.entries()].map(([id, rings]) => {
    const written = rings.map((ring) => ring.toBytes());
    parts.push(...written.flat());
    return { id, bytes: written.map((it) => it.reduce((sum, { length }) => sum + length, 0)) };
  });
  const body = Buffer.concat(parts);
  const head: Head = { version: 1, hash: Bun.hash(body).toString(36), instances };
  const beside = `${path}.new`;
  writeFileSync(beside, `${JSON.stringify(head)}\n`, { mode: 0o600 });
  appendFileSync(beside, body);
  renameSync(beside, path);
}

/** What cannot be read was not kept: nobody misses it enough to keep a daemon from starting. */
export function readHistory(path: string, history: UseHistory): void {
  try {
    const file = readFileSync(path);
    const end = file.indexOf("\n");
    const head = JSON.parse(file.toString("utf8", 0, end)) as Head;
    const body = file.subarray(end + 1);
    if (head.version !== 1 || head.hash !== Bun.hash(body).toString(36)) return;
    let at = 0;
    for (const { id, bytes } of head.instances) {
      const rings = bytes.map((length, tier) => {
        const { everyMs = 0, points = 0 } = TIERS[tier] ?? {};
        const ring = Ring.fromBytes(everyMs, points, body.subarray(at, at + length));
        at += length;
        return ring;
      });
      history.restore(id, rings);
    }
  } catch {
    // There is none, or it is none of ours.
  }
}
