/** A part of the page that comes and goes. */

import { Problem } from "./api.ts";

export interface View {
  readonly element: HTMLElement;
  /** Called when something was told that it may show. */
  update(): void;
  /** Nothing of it goes on afterwards. */
  close(): void;
}

interface Repeated {
  readonly again: () => Promise<void>;
  readonly close: () => void;
}

/** Asks now, and again as long as the view is open and somebody sees it. */
export function repeatedly(everyMs: number, ask: (signal: AbortSignal) => Promise<void>): Repeated {
  const over = new AbortController();
  const timer = setInterval(() => void run(), everyMs);
  let isAsking = false;
  const run = async (): Promise<void> => {
    if (isAsking || document.hidden) return;
    isAsking = true;
    try {
      await ask(over.signal);
    } catch (error) {
      // What is shown stays; the page says when the daemon is not there.
      if (!(error instanceof Problem)) throw error;
    } finally {
      isAsking = false;
    }
  };
  void run();
  const close = (): void => {
    clearInterval(timer);
    over.abort();
  };
  return { again: run, close };
}
