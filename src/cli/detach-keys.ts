/** The keys that end a session on a terminal, found in what is typed. A sequence as docker has it, Ctrl-P Ctrl-Q, begins
 *  with a key that programs use too: it waits a moment for the next one, and goes to the program when that is another. */

import { fail } from "../model/errors.ts";

/** The bytes of the keys, one after the other. */
export type KeySequence = readonly number[];

export interface Typed {
  /** For the program. */
  readonly bytes: Buffer;
  /** `held`: the begin of a sequence, which is the program's when nothing follows. */
  readonly end: "typed" | "held" | "detach";
}

export class DetachKeys {
  readonly #sequences: readonly KeySequence[];
  #held: number[] = [];

  constructor(sequences: readonly KeySequence[]) {
    this.#sequences = sequences;
  }

  take(typed: Uint8Array): Typed {
    const bytes: number[] = [];
    for (const byte of typed) {
      this.#held.push(byte);
      let begun = this.#begun();
      while (begun.length === 0) {
        bytes.push(...this.#held.splice(0, 1));
        begun = this.#begun();
      }
      if (begun.some(({ length }) => length === this.#held.length)) {
        this.#held = [];
        return { bytes: Buffer.from(bytes), end: "detach" };
      }
    }
    return { bytes: Buffer.from(bytes), end: this.#held.length > 0 ? "held" : "typed" };
  }

  /** The sequences that what is held may become; all of them when nothing is. */
  #begun(): readonly KeySequence[] {
    return this.#sequences.filter((sequence) =>
      this.#held.every((byte, at) => sequence[at] === byte),
    );
  }

  /** What was held, for the program after all. */
  release(): Buffer {
    return Buffer.from(this.#held.splice(0));
  }
}

/** `ctrl-]`, `^]`, `ctrl-p,ctrl-q`, `ctrl-b,d`. */
export function keySequence(text: string): KeySequence {
  return text.split(",").map(codeOfKey);
}

/** As people say it: `Ctrl-P Ctrl-Q`. */
export function nameOfSequence(text: string): string {
  const nameOf = (key: string): string => `Ctrl-${key.slice(-1).toUpperCase()}`;
  return text
    .split(",")
    .map((key) => (key.length === 1 ? key : nameOf(key)))
    .join(" ");
}

/** `ctrl-]` is 29: the letters and signs from `@` to `_`, without their two high bits. */
function codeOfKey(key: string, nth: number): number {
  const sign = /^(?:ctrl-|\^)([@-_a-z])$/i.exec(key)?.[1];
  if (sign !== undefined) return sign.toUpperCase().charCodeAt(0) & 0x1f;
  // A plain letter alone could never be typed any more.
  if (nth > 0 && /^[!-~]$/.test(key)) return key.charCodeAt(0);
  const hint =
    "Say ctrl- and a letter, or one of @ [ \\ ] ^ _; several with commas: ctrl-p,ctrl-q.";
  return fail("USAGE", `Cannot understand '${key}' as a key`, hint);
}
