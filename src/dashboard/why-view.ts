/** Why a process is in its state, and what its probes have said. */

import type { Explanation } from "../protocol/explanation.ts";
import type { WireProbe } from "../protocol/shapes.ts";
import { get, processPath } from "./api.ts";
import { element, facts } from "./dom.ts";
import type { Live } from "./live.ts";
import { markElement } from "./log-line.ts";
import { piecesOf } from "./ansi.ts";
import { clockText, countText } from "./text.ts";
import { repeatedly, type View } from "./view.ts";

const LOOK_MS = 3_000;

export function whyView(id: string, live: Live): View {
  const section = element("section", { "aria-label": "Why" });
  const asking = repeatedly(LOOK_MS, async (signal) => {
    const found = await get<Explanation>(processPath(id, "/why"), signal);
    section.replaceChildren(...parts(found));
  });
  let known = "";
  const update = (): void => {
    const own = live.statuses.find((it) => it.id === id);
    const now = `${own?.state} ${own?.health} ${own?.since}`;
    if (now !== known && known !== "") void asking.again();
    known = now;
  };
  return { element: section, update, close: asking.close };
}

function parts(found: Explanation): HTMLElement[] {
  const { state, reason, since, rule, lastExit, fallback, tail, probes, waitingFor } = found;
  const waits = waitingFor.map(
    (it) =>
      `${it.process}, which has to be ${it.condition} and is ${it.state}${because(it.reason)}`,
  );
  return [
    element("p", { class: "answer" }, `It is ${state}: ${reason}.`),
    facts([
      ["Since", clockText(since)],
      ["By", rule === null ? null : `${rule.key}: ${rule.text}`],
      ["Waits for", waits.join("; ")],
      ["Starts again at", timeOf(found.nextRetryAt)],
      ["Until at most", timeOf(found.deadlineAt)],
      ["Last ended", lastExit === null ? null : endText(lastExit)],
      ["Goes on", found.degraded ?? null],
      [
        "Fallback",
        fallback ? `${fallback.process}, ${fallback.isOnDuty ? "on duty" : fallback.state}` : null,
      ],
      ["Watching", found.watchLimit ?? null],
    ]),
    ...probes.map(probePart),
    ...(tail.length === 0 ? [] : [element("h3", {}, "What it wrote last"), tailPart(tail)]),
  ];
}

function probePart({ purpose, kind, tries, answers }: WireProbe): HTMLElement {
  const last = answers.at(-1);
  const pills = answers.map(({ time, passed, text, tookMs }) => {
    const said = `${clockText(time)} ${passed ? "passed" : "failed"} in ${Math.round(tookMs)} ms: ${text}`;
    return element("li", { class: passed ? "passed" : "failed" }, said);
  });
  return element(
    "div",
    { class: "probe" },
    element("h3", {}, `Probe for ${purpose} (${kind}), ${countText(tries, "try", "tries")}`),
    last === undefined ? null : element("ol", {}, ...pills.toReversed()),
  );
}

function tailPart(tail: readonly string[]): HTMLElement {
  const lines = tail.map((line) =>
    markElement(
      piecesOf(line)
        .map(({ text }) => text)
        .join(""),
    ),
  );
  return element("div", { class: "log tail" }, ...lines);
}

function endText({
  code,
  signal,
  known,
  at,
  oomKilled,
}: NonNullable<Explanation["lastExit"]>): string {
  const how = !known ? "nobody knows how" : signal === null ? `with code ${code}` : `by ${signal}`;
  return `${how}${oomKilled ? ", for want of memory" : ""}, at ${clockText(at)}`;
}

function because(reason: string | null): string {
  return reason === null ? "" : ` (${reason})`;
}

function timeOf(iso: string | null): string | null {
  return iso === null ? null : clockText(iso);
}
