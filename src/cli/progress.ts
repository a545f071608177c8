/** Progress while a start takes longer than a second: what is up, what waits for what. */

import { limits } from "../model/limits.ts";
import { own } from "../model/own.ts";
import type { ProjectSpec } from "../model/spec.ts";
import type { Status } from "../protocol/status.ts";
import type { CommandContext } from "./command.ts";
import { nameFor } from "./render/status-table.ts";

/** How often it is said anew, when it changed. */
const EVERY_MS = 1_000;

export class ProgressReport {
  readonly #context: CommandContext;
  readonly #spec: ProjectSpec;
  #timer: ReturnType<typeof setTimeout> | null;
  #said = "";

  constructor(context: CommandContext, spec: ProjectSpec) {
    this.#context = context;
    this.#spec = spec;
    this.#timer = setTimeout(() => void this.#report(), limits.progressAfterMs);
  }

  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #report(): Promise<void> {
    const { client, place, say } = this.#context;
    const input = { ...place, targets: [], all: false };
    const statuses = await client.ask("list", input).catch(() => null);
    if (this.#timer === null) return;
    const message =
      statuses === null ? "waiting for the daemon" : progressText(this.#spec, statuses);
    if (message !== this.#said) say(`${this.#spec.name}: ${message}`);
    this.#said = message;
    this.#timer = setTimeout(() => void this.#report(), EVERY_MS);
  }
}

/** Nothing more is to come of these. */
const OVER: ReadonlySet<string> = new Set(["stopped", "killed", "failed", "skipped", "suspended"]);

/** How many names are said; of the others the count. */
const NAMED = 6;

/** `1 of 3 up, waiting for slow (starting), dep (for slow)`. */
export function progressText(spec: ProjectSpec, statuses: readonly Status[]): string {
  const isUp = ({ state }: Status): boolean =>
    ["running", "completed", "scheduled"].includes(state);
  const up = statuses.filter(isUp);
  const missing = new Set(statuses.filter((it) => !isUp(it)).map(({ process }) => process));
  const open = statuses.filter((it) => !isUp(it) && !OVER.has(it.state));
  const texts = open.map((it) => {
    const needed = own(spec.processes, it.process)?.dependsOn ?? [];
    const waitsFor = needed.map(({ process }) => process).filter((name) => missing.has(name));
    const isHeldUp = it.state === "pending" && waitsFor.length > 0;
    return `${nameFor(it, statuses)} (${isHeldUp ? `for ${waitsFor.join(", ")}` : it.state})`;
  });
  const more = texts.length > NAMED ? [`${texts.length - NAMED} more`] : [];
  const named = [...texts.slice(0, NAMED), ...more].join(", ");
  // Nobody has asked for what is stopped, or somebody has asked for that.
  const wanted = statuses.filter(({ state }) => state !== "stopped" && state !== "killed");
  const count = `${up.length} of ${wanted.length} up`;
  return named === "" ? count : `${count}, waiting for ${named}`;
}
