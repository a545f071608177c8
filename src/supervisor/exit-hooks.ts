/** The hook after the end of a run: once for each run, however often its cleaning is asked for. */

import type { RunId } from "../model/ids.ts";

interface Cleaning {
  /** How many cleanings of the run are under way. */
  count: number;
  hook: Promise<void> | null;
}

export class ExitHooks {
  readonly #cleaning = new Map<RunId, Cleaning>();

  begin(runId: RunId): void {
    const cleaning = this.#cleaning.get(runId) ?? { count: 0, hook: null };
    cleaning.count += 1;
    this.#cleaning.set(runId, cleaning);
  }

  /** The first who comes runs it; all of them wait for it. */
  async once(runId: RunId, run: () => Promise<void>): Promise<void> {
    const cleaning = this.#cleaning.get(runId);
    if (cleaning === undefined) return;
    cleaning.hook ??= run();
    await cleaning.hook;
  }

  end(runId: RunId): void {
    const cleaning = this.#cleaning.get(runId);
    if (cleaning === undefined) return;
    cleaning.count -= 1;
    if (cleaning.count === 0) this.#cleaning.delete(runId);
  }
}
