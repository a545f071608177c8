/** Lines as programs write them for terminals, taken apart for a page: text with the colours and weights that escape
 *  sequences give it. What else they do, such as moving the cursor, is left out. */

export interface Piece {
  readonly text: string;
  readonly style: Style;
}

export interface Style {
  /** A number of the palette of 256, or `#rrggbb`; null is the page's own. */
  readonly color: number | string | null;
  readonly background: number | string | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly strike: boolean;
  readonly inverse: boolean;
}

export const PLAIN: Style = {
  color: null,
  background: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
};

// Control characters are what this is about.
/* oxlint-disable no-control-regex */
/** Sequences: CSI with its parameters; OSC and its kin up to their end; any other of two or three characters. */
const ESCAPE =
  /\u001B\[([0-9:;<=>?]*)[ -/]*([@-~])?|\u001B[\]PX^_][^\u0007\u001B]*(?:\u0007|\u001B\\)?|\u001B[ -/]*[0-~]?/g;
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;
/* oxlint-enable no-control-regex */

export function piecesOf(line: string): Piece[] {
  const pieces: Piece[] = [];
  let style = PLAIN;
  let at = 0;
  const shown = visible(line);
  for (const found of shown.matchAll(ESCAPE)) {
    add(pieces, shown.slice(at, found.index), style);
    at = found.index + found[0].length;
    if (found[2] === "m") style = styled(style, found[1] ?? "");
  }
  add(pieces, shown.slice(at), style);
  return pieces;
}

/** Programs that show progress go back to the begin of the line: what they wrote last is what a terminal shows. */
function visible(line: string): string {
  const ended = line.replace(/\r+$/, "");
  return ended.slice(ended.lastIndexOf("\r") + 1);
}

function add(pieces: Piece[], text: string, style: Style): void {
  const printable = text.replace(CONTROL, "");
  if (printable !== "") pieces.push({ text: printable, style });
}

/** By a sequence that selects graphic renditions: `1;38;5;208`. */
function styled(before: Style, parameters: string): Style {
  let style = before;
  const codes = parameters.split(/[;:]/).map(Number);
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const { color, length } = extended(codes.slice(at + 1));
      style = { ...style, [code === 38 ? "color" : "background"]: color };
      at += length;
    } else style = simply(style, code);
  }
  return style;
}

/** `5;N` or `2;R;G;B`. */
function extended(codes: readonly number[]): { color: number | string | null; length: number } {
  const [kind, ...rest] = codes;
  if (kind === 5) return { color: byte(rest[0]), length: 2 };
  if (kind !== 2) return { color: null, length: 0 };
  const parts = rest.slice(0, 3).map((it) => byte(it).toString(16).padStart(2, "0"));
  return { color: `#${parts.join("").padEnd(6, "0")}`, length: 4 };
}

function byte(value: number | undefined): number {
  return Math.min(255, Math.max(0, Math.trunc(value ?? 0) || 0));
}

function simply(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code >= 30 && code <= 37) return { ...style, color: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, color: code - 82 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 92 };
  return { ...style, ...SWITCHES[code] };
}

const SWITCHES: Readonly<Record<number, Partial<Style>>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
  39: { color: null },
  49: { background: null },
};

/** Of the palette above its first sixteen, which the page has its own colours for: a cube, then greys. */
export function paletteColor(index: number): string {
  const hex = (parts: readonly number[]): string =>
    `#${parts.map((it) => it.toString(16).padStart(2, "0")).join("")}`;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return hex([grey, grey, grey]);
  }
  const at = index - 16;
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  return hex([level(Math.trunc(at / 36)), level(Math.trunc(at / 6) % 6), level(at % 6)]);
}
