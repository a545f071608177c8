/** Measures what runs use: one look serves all of them, and is remembered, so that the next one can tell what was used in
 *  between. */

import type { RunId } from "../model/ids.ts";
import type { Use } from "../model/use.ts";
import type { MeasuredRun, MeasureHow } from "../model/measured-run.ts";
import type { Gauge } from "../supervisor/ports.ts";
import { type CpuTime, totalMs, usedMs } from "./cpu-time.ts";
import { processTable } from "./process-table.ts";
import type { TreeCount, TreeReader } from "./tree-count.ts";

/** So long at most is looked without giving others their turn. */
const SLICE_MS = 2;
/** What is used in less than that is too coarse: the kernel counts in hundredths of a second. */
const SHORTEST_MS = 400;
/** Of one that began no longer ago than that, what it has used since its start tells what it uses. */
const YOUNG_MS = 25_000;

interface Known {
  readonly use: Use;
  readonly monoMs: number;
  readonly isFull: boolean;
  /** Since when CPU time is counted, and how much it was then. */
  readonly from: { readonly monoMs: number; readonly cpu: CpuTime };
}

export function createGauge(reader: TreeReader): Gauge {
  const known = new Map<RunId, Known>();
  let before: Promise<unknown> = Promise.resolve();

  const look = async (runs: readonly MeasuredRun[], full: boolean): Promise<void> => {
    const counts = await reader.read(runs, { full, pause: pauses() });
    const monoMs = performance.now();
    for (const run of runs) {
      const count = counts.get(run.runId);
      if (count === undefined) known.delete(run.runId);
      else known.set(run.runId, measured(run, count, known.get(run.runId), monoMs, full));
    }
  };

  return {
    async measure(runs, { maxAgeMs, full }: MeasureHow) {
      // One after the other: what the one before has found may do.
      const turn = before.then(async () => {
        const isKnown = (it: Known | undefined): boolean =>
          it !== undefined && performance.now() - it.monoMs <= maxAgeMs && (it.isFull || !full);
        const wanted = runs.filter(({ runId }) => !isKnown(known.get(runId)));
        if (wanted.length > 0) await look(wanted, full);
      });
      // A platform that cannot look now, for want of descriptors say, leaves what was known.
      before = turn.catch(() => null);
      await before;
      return new Map(
        runs.flatMap(({ runId }) => {
          const use = known.get(runId)?.use;
          return use === undefined ? [] : [[runId, use] as const];
        }),
      );
    },
    last: (runId) => known.get(runId)?.use ?? null,
    keep(runIds) {
      for (const runId of known.keys()) if (!runIds.has(runId)) known.delete(runId);
    },
  };
}

function measured(
  { leader }: MeasuredRun,
  { cpu, ...count }: TreeCount,
  before: Known | undefined,
  monoMs: number,
  isFull: boolean,
): Known {
  const now = { monoMs, cpu };
  const what = { monoMs, isFull };
  const rest = { atMs: Date.now(), ...monotone(count, before?.use) };
  if (before === undefined) {
    const ageMs = processTable.ageMs(leader);
    const isTelling = ageMs >= SHORTEST_MS && ageMs <= YOUNG_MS;
    const cpuPercent = isTelling ? percent(totalMs(cpu), ageMs) : null;
    return { ...what, from: now, use: { ...rest, cpuPercent } };
  }
  const spanMs = monoMs - before.from.monoMs;
  if (spanMs < SHORTEST_MS) {
    return { ...what, from: before.from, use: { ...rest, cpuPercent: before.use.cpuPercent } };
  }
  const used = usedMs(before.from.cpu, cpu);
  const cpuPercent = used === null ? null : percent(used, spanMs);
  return { ...what, from: now, use: { ...rest, cpuPercent } };
}

/** What a process has read and written is forgotten with it, unless somebody of the tree has waited for it. */
function monotone<T extends Pick<Use, "readBytes" | "writeBytes">>(now: T, before?: Use): T {
  const most = (one: number | null, other: number | null | undefined): number | null =>
    one === null ? null : Math.max(one, other ?? 0);
  return {
    ...now,
    readBytes: most(now.readBytes, before?.readBytes),
    writeBytes: most(now.writeBytes, before?.writeBytes),
  };
}

/** One decimal. */
function percent(partMs: number, spanMs: number): number {
  return Math.round((1_000 * partMs) / spanMs) / 10;
}

/** Gives others their turn whenever a slice is over. */
function pauses(): () => Promise<void> | null {
  let beganMs = performance.now();
  return () => {
    if (performance.now() - beganMs < SLICE_MS) return null;
    return new Promise((resolve) =>
      setImmediate(() => {
        beganMs = performance.now();
        resolve();
      }),
    );
  };
}
