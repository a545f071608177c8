/** Lines of several programs on one screen: what one of them does to a screen would be done to that of all, and stay.
 *  Colours and links are part of the text. */

const ESC = 27;

/** Bytes without sequences that move the cursor, clear, or switch a terminal; a sequence that is cut off at the end
 *  goes too. See ECMA-48, 5.4 and 5.6, and ctlseqs of xterm. */
export function screenSafe(bytes: Buffer): Buffer {
  return bytes.includes(ESC)
    ? Buffer.from(bytes.toString("latin1").replace(CONTROLS, ""), "latin1")
    : bytes;
}

/** The same of text. */
export function safeText(text: string): string {
  return text.replace(CONTROLS, "");
}

const CONTROLS = new RegExp(
  [
    String.raw`\[(?![\d;:]*m)[0-?]*[ -/]*(?:[@-~]|$)`, // CSI, but for colours (SGR).
    String.raw`\](?!8;)[^\x07\x1B\n]*(?:\x07|\x1B\\|$)`, // OSC, but for links.
    String.raw`[PX^_][^\x1B]*(?:\x1B\\|$)`, // Other strings.
    String.raw`[ -/]+[0-~]`, // Sets of characters.
    "[0-OQ-WYZ`-~]", // Of two characters: reset, save, other keys.
    "$",
  ]
    .map((sequence) => String.raw`\x1B${sequence}`)
    .join("|"),
  "gm",
);
