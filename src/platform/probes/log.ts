/** A probe that looks through what the process has written. For readiness a line that matches is what is wanted; for
 *  health it says that something is wrong. */

import type { LogCheck } from "../../model/probe.ts";
import { printable } from "../../model/printable.ts";
import type { OutputSearch } from "../../supervisor/ports.ts";
import { failed, passed, type Attempt } from "./attempt.ts";
import type { Hide } from "../hiding.ts";

const SHOWN_CHARS = 300;

export function logAttempt(
  { pattern, means = "warning" }: LogCheck,
  purpose: "ready" | "health",
  search: OutputSearch,
  hide: Hide,
): Attempt {
  return async () => {
    const { line: found, unsearched } = await search.look();
    if (found === null) {
      const but = unsearched === null ? "" : `; ${unsearched}`;
      const text = `no line matches /${pattern}/${but}`;
      return purpose === "ready" ? failed(text) : passed(text);
    }
    const line = hide(printable(found));
    const shown = line.length > SHOWN_CHARS ? `${line.slice(0, SHOWN_CHARS)}…` : line;
    const text = `it wrote: ${shown}`;
    return purpose === "ready" ? passed(text) : { passed: false, text, means };
  };
}
