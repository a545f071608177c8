/** The last lines of a stream: so many, and no more text than that, however it comes. */

export interface LinesKept {
  readonly lines: number;
  readonly characters: number;
}

/** A line that is longer is kept in parts. Characters. */
const LONGEST_LINE = 64 * 1024;

export class LastLines {
  readonly #most: LinesKept;
  /** The first `#gone` of them are not kept any more. */
  #lines: string[] = [];
  #gone = 0;
  #characters = 0;
  /** What came after the last line end. */
  #rest = "";

  constructor(most: LinesKept) {
    this.#most = most;
  }

  add(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    // Of a flood most is not even looked at.
    for (const line of lines.slice(-this.#most.lines)) this.#keep(line.replace(/\r$/, ""));
    while (this.#rest.length > LONGEST_LINE) {
      this.#keep(this.#rest.slice(0, LONGEST_LINE));
      this.#rest = this.#rest.slice(LONGEST_LINE);
    }
  }

  /** What was written last belongs to no line that follows. */
  endLine(): void {
    if (this.#rest !== "") this.add("\n");
  }

  /** The last `count`, oldest first; one that is not ended yet is one of them. */
  last(count: number): string[] {
    if (count <= 0) return [];
    const all = this.#lines.slice(this.#gone);
    return (this.#rest === "" ? all : [...all, this.#rest]).slice(
      -Math.min(count, this.#most.lines),
    );
  }

  #keep(line: string): void {
    for (let at = 0; at === 0 || at < line.length; at += LONGEST_LINE) {
      const part = line.slice(at, at + LONGEST_LINE);
      this.#lines.push(part);
      this.#characters += part.length;
    }
    while (this.#isTooMuch()) {
      this.#characters -= this.#lines[this.#gone]?.length ?? 0;
      this.#gone += 1;
    }
    // Moved now and then, not with each line.
    if (this.#gone <= this.#most.lines) return;
    this.#lines = this.#lines.slice(this.#gone);
    this.#gone = 0;
  }

  #isTooMuch(): boolean {
    const kept = this.#lines.length - this.#gone;
    return kept > this.#most.lines || (kept > 1 && this.#characters > this.#most.characters);
  }
}
