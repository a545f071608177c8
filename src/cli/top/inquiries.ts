/** What is asked about the selected process alone: what it has used, and on demand all that is known of it. */

import { ProcmanError } from "../../model/errors.ts";
import type { CommandContext } from "../command.ts";
import type { Paint } from "../output.ts";
import { selectedStatus } from "./rows.ts";
import type { TopState } from "./state.ts";

const HISTORY_MS = 10 * 60_000;
const HISTORY_EVERY_MS = 5_000;
const ABOUT_EVERY_MS = 2_000;

export type Update = (change: (state: TopState) => TopState) => void;

export class Inquiries {
  readonly #context: CommandContext;
  readonly #update: Update;
  readonly #paint: Paint;
  readonly #history = new Question(HISTORY_EVERY_MS);
  readonly #about = new Question(ABOUT_EVERY_MS);

  constructor(context: CommandContext, update: Update, paint: Paint) {
    this.#context = context;
    this.#update = update;
    this.#paint = paint;
  }

  /** Asks what is to be asked by now; `failed` is told of what is no answer of a daemon. */
  look(state: TopState, failed: (error: unknown) => void): void {
    const id = selectedStatus(state)?.id ?? null;
    const { pane, isWhole } = state;
    if (pane.kind !== "about") this.#about.forget();
    else if (id !== null) {
      this.#about.ask(id, () => this.#askAbout(id, state.size.columns)).catch(failed);
    }
    if (id !== null && !isWhole && state.list.daemonPid !== null) {
      this.#history.ask(id, () => this.#askHistory(id)).catch(failed);
    }
  }

  async #askHistory(id: string): Promise<void> {
    const { client, place } = this.#context;
    const input = { ...place, targets: [id], all: false, sinceMs: Date.now() - HISTORY_MS };
    // What is gone has none, and neither has a daemon that is away: the list says so.
    const found = await client.ask("stats", input).catch(() => null);
    const history = found?.[0]?.history ?? null;
    this.#update((state) => ({ ...state, history: { id, history } }));
  }

  async #askAbout(id: string, columns: number): Promise<void> {
    const lines = await this.#linesAbout(id, columns);
    if (lines === null) return;
    this.#update((state) => {
      const { pane } = state;
      if (pane.kind !== "about") return state;
      const from = pane.known?.id === id ? pane.from : 0;
      return { ...state, pane: { ...pane, known: { id, lines }, from } };
    });
  }

  /** Null while no daemon answers: what was said last stays. */
  async #linesAbout(id: string, columns: number): Promise<readonly string[] | null> {
    const { client, place } = this.#context;
    const input = { ...place, target: id };
    const [{ renderExplanation }, { renderInspection }, { fitted }] = await Promise.all([
      import("../render/explanation.ts"),
      import("../render/inspection.ts"),
      import("../render/fitted.ts"),
    ]);
    try {
      const [why, inspection] = await Promise.all([
        client.ask("why", input),
        client.ask("inspect", { ...input, reveal: null }),
      ]);
      if (why === null || inspection === null) return null;
      const because = renderExplanation(why, Date.now(), this.#paint);
      const all = renderInspection(inspection, columns);
      return [...because.flatMap((line) => fitted(line, columns).split("\n")), "", ...all.slice(1)];
    } catch (error) {
      if (!(error instanceof ProcmanError)) throw error;
      return [error.message];
    }
  }
}

/** Asked again now and then, and at once about somebody else; one answer is waited for at a time. */
class Question {
  readonly #everyMs: number;
  #about: string | null = null;
  #askedMs = 0;
  #isOpen = false;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  async ask(about: string, ask: () => Promise<void>): Promise<void> {
    const isNew = about !== this.#about;
    if (this.#isOpen || (!isNew && performance.now() - this.#askedMs < this.#everyMs)) return;
    this.#about = about;
    this.#askedMs = performance.now();
    this.#isOpen = true;
    try {
      await ask();
    } finally {
      this.#isOpen = false;
    }
  }

  forget(): void {
    this.#about = null;
  }
}
