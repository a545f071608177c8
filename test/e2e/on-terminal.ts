/** A command as people use it: on a terminal. */

import { eventually } from "./eventually.ts";

/** A command and the terminal that it runs on. */
export class OnTerminal {
  readonly #child: Bun.Subprocess;
  #written = "";

  constructor(argv: string[], options: { cwd: string; env: Record<string, string> }) {
    const decoder = new TextDecoder();
    this.#child = Bun.spawn(argv, {
      ...options,
      terminal: {
        cols: 100,
        rows: 30,
        data: (_, bytes) => {
          this.#written += decoder.decode(bytes, { stream: true });
        },
      },
    });
  }

  get pid(): number {
    return this.#child.pid;
  }

  get exited(): Promise<number> {
    return this.#child.exited;
  }

  /** All that was written so far. */
  text(): string {
    return this.#written;
  }

  async says(text: string): Promise<void> {
    await eventually(`the terminal to show "${text}"`, async () => {
      return { value: this.#written, done: this.#written.includes(text) };
    });
  }

  type(keys: string): void {
    this.#child.terminal?.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#child.terminal?.resize(columns, rows);
  }

  /** The window is closed. */
  close(): void {
    this.#child.terminal?.close();
  }
}
