/** Promises about events: numbered without gaps, every change of state announced, on legal paths only. */

import type { JournalEvent } from "../../../src/model/events.ts";
import { publicState } from "../../../src/protocol/status.ts";
import { broken, type Checker } from "./checker.ts";

export function gaplessNumbers(): Checker {
  let last = 0;
  return {
    promise: "events are numbered without gaps, over daemons too",
    committed(_before, _after, _changes, events) {
      for (const { seq } of events) {
        if (seq !== last + 1) broken(`event ${seq} follows event ${last}`);
        last = seq;
      }
    },
  };
}

/** The public state that an event tells of; null for those that tell of none. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  "process.added": ["stopped"],
  "process.pending": ["pending"],
  "process.started": ["starting"],
  "process.ready": ["running"],
  "process.stopping": ["stopping"],
  "process.exited": ["stopping"],
  "process.backoff": ["backoff"],
  "process.stopped": ["stopped"],
  "process.killed": ["killed"],
  "process.completed": ["completed"],
  "process.failed": ["failed"],
  "process.skipped": ["skipped"],
  "process.suspended": ["suspended"],
  "process.scheduled": ["scheduled"],
};

function statesToldBy({ type, data }: JournalEvent): readonly string[] {
  if (data["beside"] !== undefined) return [];
  if (type === "process.reloaded") return data["ready"] === true ? ["running"] : ["starting"];
  return TOLD[type] ?? [];
}

export function announced(): Checker {
  return {
    promise: "no state is entered without an event that says so",
    committed(before, after, changes, events) {
      for (const [id, instance] of changes.instances) {
        const was = before.instances.get(id);
        const now = after.instances.get(id);
        if (now === undefined || instance === null) {
          if (was !== undefined && !has(events, id, "process.removed"))
            broken(`${id} went unannounced`);
          continue;
        }
        const state = publicState(now.state);
        if (was !== undefined && publicState(was.state) === state) continue;
        const told = events.filter((it) => it.instanceId === id).flatMap((it) => statesToldBy(it));
        // Until it is spawned there is nothing to tell of a start, nor of an end until it is cleaned up.
        const silent = now.state.kind === "spawning" || now.state.kind === "cleaning";
        if (!silent && !told.includes(state)) broken(`${id} became ${state} unannounced`);
      }
    },
  };
}

function has(events: readonly JournalEvent[], id: string, type: string): boolean {
  return events.some((it) => it.instanceId === id && it.type === type);
}
