/** What a process watches, resolved. */

import { resolve } from "node:path";
import type { ProcessSpec } from "../../model/spec.ts";
import type { WatchAction } from "../../model/watch.ts";
import type { ProcessValues } from "../schema/process.ts";

/** Editors and tools that write several files are done by then, and nobody has begun to wait. */
const DEBOUNCE_MS = 200;

/** Left out when nothing is watched, so that definitions stored before there was such a key stay the same. */
export function watchOf(values: ProcessValues["watch"], cwd: string): Pick<ProcessSpec, "watch"> {
  if (values === undefined || values === false) return {};
  const given = values === true ? {} : typeof values === "string" ? { paths: [values] } : values;
  const { paths = [], include = [], exclude = [], debounce = DEBOUNCE_MS, action, cascade } = given;
  return {
    watch: {
      paths: (paths.length === 0 ? ["."] : paths).map((path) => resolve(cwd, path)),
      include,
      exclude,
      debounceMs: debounce,
      action: actionOf(action),
      ...(cascade === true ? { cascade } : {}),
    },
  };
}

function actionOf(text = "restart"): WatchAction {
  if (text.startsWith("exec:")) return { kind: "exec", line: text.slice("exec:".length).trim() };
  if (text.startsWith("signal:")) {
    const name = text.slice("signal:".length).toUpperCase();
    return { kind: "signal", signal: name.startsWith("SIG") ? name : `SIG${name}` };
  }
  return { kind: "restart" };
}
