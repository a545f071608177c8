/** How many processes are in which state, and how many are not well. */

import type { Health, PublicState, Status } from "../../protocol/status.ts";
import type { Paint } from "../output.ts";
import { HEALTH_COLORS, STATE_COLORS } from "../render/status-table.ts";

/** What goes well first, then what needs somebody's eyes. */
const STATES: readonly PublicState[] = [
  "running",
  "starting",
  "pending",
  "stopping",
  "backoff",
  "failed",
  "skipped",
  "suspended",
  "killed",
  "scheduled",
  "completed",
  "stopped",
];

const ILLNESSES: readonly Health[] = ["warning", "critical", "unhealthy"];

/** `4 running, 1 failed, 1 unhealthy`. */
export function countsText(statuses: readonly Status[], paint: Paint): string {
  const count = (has: (status: Status) => boolean): number => statuses.filter(has).length;
  const states = STATES.map((state) => {
    const number = count((it) => it.state === state);
    return { number, text: `${number} ${state}`, color: STATE_COLORS[state] };
  });
  const healths = ILLNESSES.map((health) => {
    const number = count((it) => it.health === health);
    return { number, text: `${number} ${health}`, color: HEALTH_COLORS[health] };
  });
  return [...states, ...healths]
    .filter(({ number }) => number > 0)
    .map(({ text, color }) => (color === undefined ? text : paint(color, text)))
    .join(", ");
}
