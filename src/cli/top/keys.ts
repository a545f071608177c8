/** What is typed, as keys: the bytes that terminals send for them, see "PC-Style Function Keys" in ctlseqs of xterm. */

/** A character as it is, or the name of a key: `up`, `page-down`, `enter`, `ctrl-c`. */
export type Key =
  | { readonly kind: "text"; readonly text: string }
  /** As much as there was, and no command whatever it says. */
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: "key"; readonly name: KeyName };

export type KeyName =
  | "up"
  | "down"
  | "left"
  | "right"
  | "home"
  | "end"
  | "page-up"
  | "page-down"
  | "enter"
  | "escape"
  | "backspace"
  | "tab"
  | `ctrl-${string}`;

const ESC = "\u001B";

/** What stands between these was pasted. */
export const PASTES_ON = `${ESC}[?2004h`;
export const PASTES_OFF = `${ESC}[?2004l`;
const PASTE_BEGIN = `${ESC}[200~`;
const PASTE_END = `${ESC}[201~`;
/** What is kept of a paste that has no end. */
const PASTE_CHARACTERS = 64 * 1024;

const BY_LETTER: Readonly<Record<string, KeyName>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  F: "end",
  H: "home",
};

const BY_NUMBER: Readonly<Record<string, KeyName>> = {
  1: "home",
  4: "end",
  5: "page-up",
  6: "page-down",
  7: "home",
  8: "end",
};

const BY_CODE: Readonly<Record<number, KeyName>> = {
  8: "backspace",
  9: "tab",
  10: "enter",
  13: "enter",
  127: "backspace",
};

/** `ESC [ 1 ; 5 A`, `ESC [ 5 ~`, `ESC O A`: letters and numbers are looked up, modifiers make no difference. */
// oxlint-disable-next-line no-control-regex
const SEQUENCE = /^\u001B(?:\[([\d;:<=>?]*)[ -/]*([@-~])|O(.))/;
/** The begin of one, or of what encloses what is pasted. */
// oxlint-disable-next-line no-control-regex
const BEGUN = /^\u001B(?:\[[\d;:<=>?]*[ -/]*|O)?$/;

export class KeyReader {
  readonly #decoder = new TextDecoder();
  #rest = "";

  /** True while an Escape may be the key, or the begin of another. */
  get isWaiting(): boolean {
    return this.#rest !== "" && !this.#rest.startsWith(PASTE_BEGIN);
  }

  take(bytes: Uint8Array): Key[] {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    return this.#keys();
  }

  /** When nothing has followed an Escape: it was the key. */
  release(): Key[] {
    if (!this.isWaiting) return [];
    this.#rest = this.#rest.slice(1);
    return [{ kind: "key", name: "escape" }, ...this.#keys()];
  }

  #keys(): Key[] {
    const keys: Key[] = [];
    while (this.#rest !== "" && !BEGUN.test(this.#rest)) {
      if (this.#rest.startsWith(PASTE_BEGIN)) {
        const end = this.#rest.indexOf(PASTE_END);
        if (end < 0) {
          this.#rest = this.#rest.slice(0, PASTE_CHARACTERS);
          break;
        }
        keys.push({ kind: "paste", text: this.#rest.slice(PASTE_BEGIN.length, end) });
        this.#rest = this.#rest.slice(end + PASTE_END.length);
        continue;
      }
      const [length, key] = firstOf(this.#rest);
      this.#rest = this.#rest.slice(length);
      if (key !== null) keys.push(key);
    }
    return keys;
  }
}

/** How long it is, and null for one that nothing is known of. */
function firstOf(text: string): readonly [length: number, Key | null] {
  const sequence = SEQUENCE.exec(text);
  if (sequence !== null) {
    const [whole, numbers = "", last = "", letter] = sequence;
    const name =
      letter !== undefined
        ? BY_LETTER[letter]
        : last === "~"
          ? BY_NUMBER[numbers.split(";")[0] ?? ""]
          : BY_LETTER[last];
    return [whole.length, name === undefined ? null : { kind: "key", name }];
  }
  const character = String.fromCodePoint(text.codePointAt(0) ?? 0);
  const code = character.charCodeAt(0);
  if (character === ESC) return [1, { kind: "key", name: "escape" }];
  const name = BY_CODE[code] ?? (code < 32 ? controlName(code) : null);
  return [
    character.length,
    name === null ? { kind: "text", text: character } : { kind: "key", name },
  ];
}

function controlName(code: number): KeyName {
  return `ctrl-${String.fromCharCode(code | 0x60)}`;
}
