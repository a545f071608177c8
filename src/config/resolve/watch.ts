/** What a process watches, resolved. */

import { resolve } from "node:path";
import { mayRunBeside } from "../../core/may-run-beside.ts";
import type { ProcessSpec } from "../../model/spec.ts";
import type { WatchAction } from "../../model/watch.ts";
import type { Report } from "../report.ts";
import type { ProcessValues } from "../schema/process.ts";
import { originAt } from "../tree.ts";
import type { Draft } from "./draft.ts";

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

/** Reports what is to be reloaded by a change and cannot be. */
export function checkWatches(
  specs: readonly ProcessSpec[],
  drafts: ReadonlyMap<string, Draft>,
  report: Report,
): void {
  for (const spec of specs) {
    const hindrance = spec.watch?.action.kind === "reload" ? mayRunBeside(spec) : null;
    const node = drafts.get(spec.name)?.node;
    if (hindrance === null || node === undefined) continue;
    const text = `it cannot be reloaded: ${hindrance.reason}`;
    report.invalid(originAt(node, ["watch", "action"]), text, 'Use "restart".');
  }
}

function actionOf(text = "restart"): WatchAction {
  if (text.startsWith("exec:")) return { kind: "exec", line: text.slice("exec:".length).trim() };
  if (text.startsWith("signal:")) {
    const name = text.slice("signal:".length).toUpperCase();
    return { kind: "signal", signal: name.startsWith("SIG") ? name : `SIG${name}` };
  }
  return { kind: text === "reload" ? "reload" : "restart" };
}
