/** What a process uses, and has used. */

import type { Stats } from "../protocol/stats.ts";
import { get, processPath } from "./api.ts";
import { choice, drawn, element, facts, labelled } from "./dom.ts";
import { plotPath, upperEdge } from "./plot.ts";
import { clockText, cpuText, memoryText, UNKNOWN } from "./text.ts";
import { repeatedly, type View } from "./view.ts";

const LOOK_MS = 5_000;
const MS_PER_MINUTE = 60_000;
const SPANS = [
  ["10", "10 minutes"],
  ["60", "hour"],
  ["360", "6 hours"],
  ["1440", "day"],
] as const;
const WIDTH = 600;
const HEIGHT = 120;

export class UseView implements View {
  readonly element: HTMLElement;
  readonly #id: string;
  readonly #body = element("div");
  readonly #asking: ReturnType<typeof repeatedly>;
  #minutes = 10;

  constructor(id: string) {
    this.#id = id;
    const span = choice(SPANS, (value) => {
      this.#minutes = Number(value);
      void this.#asking.again();
    });
    const bar = element("div", { class: "bar" }, labelled("The last", span));
    this.element = element("section", { "aria-label": "Use" }, bar, this.#body);
    this.#asking = repeatedly(LOOK_MS, (signal) => this.#ask(signal));
  }

  update(): void {}

  close(): void {
    this.#asking.close();
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const path = processPath(this.#id, `/metrics?since=${this.#minutes}m`);
    const [stats] = await get<readonly Stats[]>(path, signal);
    if (stats !== undefined) this.#body.replaceChildren(...this.#parts(stats));
  }

  #parts(stats: Stats): HTMLElement[] {
    const { history, metrics } = stats;
    const points = (history?.points ?? []).map((it) => ({ ...it, atMs: Date.parse(it.time) }));
    const of = (value: (it: (typeof points)[number]) => number | null) =>
      points.map((it) => ({ atMs: it.atMs, value: value(it) }));
    const numbers = [
      ["Descriptors", String(stats.fds ?? UNKNOWN)],
      ["Threads", String(stats.threads ?? UNKNOWN)],
      ["Connections", String(stats.net.connections ?? UNKNOWN)],
      ["Read", memoryText(stats.io.readBytes)],
      ["Written", memoryText(stats.io.writeBytes)],
      ...metrics.map(({ name, value }) => [name, String(value)] as const),
    ] as const;
    return [
      this.#plot(
        "CPU",
        cpuText,
        of((it) => it.cpuPercent),
        stats.cpuPercent,
        history?.cpuPercent,
      ),
      this.#plot(
        "Memory",
        memoryText,
        of((it) => it.memoryBytes),
        stats.memoryBytes,
        history?.memoryBytes,
      ),
      facts(numbers),
    ];
  }

  #plot(
    title: string,
    shown: (value: number | null) => string,
    points: readonly { readonly atMs: number; readonly value: number | null }[],
    now: number | null,
    span: { readonly min: number; readonly mean: number; readonly max: number } | null | undefined,
  ): HTMLElement {
    const toMs = Date.now();
    const fromMs = toMs - this.#minutes * MS_PER_MINUTE;
    const most = upperEdge(Math.max(...points.map(({ value }) => value ?? 0), 0));
    const words =
      span === null || span === undefined
        ? "nothing is known of that time"
        : `least ${shown(span.min)}, mean ${shown(span.mean)}, most ${shown(span.max)}`;
    // What was measured last holds up to now.
    const all = now === null ? points : [...points, { atMs: toMs, value: now }];
    const frame = { fromMs, toMs, most, width: WIDTH, height: HEIGHT };
    const plot = drawn(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      drawn("path", { d: `M0 ${HEIGHT / 2}h${WIDTH}`, class: "grid" }),
      drawn("path", { d: plotPath(all, frame), class: "curve" }),
    );
    return element(
      "figure",
      {},
      element("figcaption", {}, element("b", {}, `${title} ${shown(now)}`), `  ${words}`),
      element(
        "div",
        { class: "plot" },
        plot,
        element("span", { class: "top" }, shown(most)),
        element("span", { class: "left" }, clockText(fromMs)),
        element("span", { class: "right" }, clockText(toMs)),
      ),
    );
  }
}
