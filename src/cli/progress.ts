/** Progress while a start takes longer than a second: what is up, what waits for what. */

import { limits } from "../model/limits.ts";
import type { Status } from "../protocol/status.ts";
import type { CommandContext } from "./command.ts";

/** How often it is said anew, when it changed. */
const EVERY_MS = 1_000;

export class ProgressReport {
  readonly #context: CommandContext;
  readonly #project: string;
  #timer: ReturnType<typeof setTimeout> | null;
  #said = "";

  constructor(context: CommandContext, project: string) {
    this.#context = context;
    this.#project = project;
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
    const message = statuses === null ? "waiting for the daemon" : summary(statuses);
    if (message !== this.#said) say(`${this.#project}: ${message}`);
    this.#said = message;
    this.#timer = setTimeout(() => void this.#report(), EVERY_MS);
  }
}

function summary(statuses: readonly Status[]): string {
  const up = statuses.filter(({ state }) => state === "running" || state === "completed");
  const open = statuses.filter(({ state }) => !["running", "completed", "stopped"].includes(state));
  const texts = open.map(({ name, state, reason }) =>
    reason === null ? `${name} is ${state}` : `${name} is ${state} (${reason})`,
  );
  return [`${up.length} of ${statuses.length} up`, ...texts].join("; ");
}
