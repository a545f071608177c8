/** What was looked at, taken into the state. */

import type { Look } from "./looks.ts";
import { settled } from "./rows.ts";
import type { TopState } from "./state.ts";

export function withLook(
  state: TopState,
  look: Look | undefined,
  trouble: string | null,
  nowMs: number,
): TopState {
  // Nothing of it is known any more, as after a `down`.
  const { statuses, daemonPid } = look ?? { statuses: [], daemonPid: state.list.daemonPid };
  const list = { statuses, daemonPid: trouble === null ? daemonPid : null, trouble };
  const isRead = (state.notice?.untilMs ?? Infinity) <= nowMs;
  const notice = isRead ? null : state.notice;
  return settled({ ...state, nowMs, list, notice, title: titleOf(state, look) });
}

function titleOf({ isOfAll, title }: TopState, look: Look | undefined): string {
  return isOfAll ? title : (look?.statuses[0]?.project ?? title);
}
