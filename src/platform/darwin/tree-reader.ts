/** Counts what trees of processes use, on macOS: by `ps`, which pidusage reads. What is not in it is not known. */

import type { RunId } from "../../model/ids.ts";
import { ProcessForest } from "../process-tree.ts";
import type { TreeCount, TreeReader } from "../tree-count.ts";

const UNKNOWN = {
  fds: null,
  threads: null,
  readBytes: null,
  writeBytes: null,
  connections: null,
} as const;

export function createReader(): TreeReader {
  return {
    async read(runs) {
      const forest = new ProcessForest();
      const trees = runs.map(({ runId, leader }) => {
        return { runId, rows: forest.membersOf(runId, leader, [leader]) };
      });
      const pids = trees.flatMap(({ rows }) => rows.map(({ pid }) => pid));
      const known = pids.length === 0 ? {} : await lookAt(pids);
      const counts = new Map<RunId, TreeCount>();
      for (const { runId, rows } of trees) {
        const found = rows.flatMap((row) => {
          const one = known[row.pid];
          return one === null || one === undefined
            ? []
            : [{ name: `${row.pid} ${row.startTicks}`, ...one }];
        });
        if (found.length === 0) continue;
        const times = found.map(({ name, ctime }) => {
          return [name, { ownMs: ctime, childrenMs: 0 }] as const;
        });
        const memoryBytes = found.reduce((sum, { memory }) => sum + memory, 0);
        const cpu = { kind: "processes", times: new Map(times) } as const;
        counts.set(runId, { cpu, memoryBytes, ...UNKNOWN });
      }
      return counts;
    },
  };
}

/** Loaded at the first look. One that is gone is null among several, and an error alone. */
async function lookAt(pids: number[]) {
  const { default: pidusage } = await import("pidusage");
  try {
    return await pidusage(pids);
  } catch {
    return {}; // All of them are gone.
  }
}
