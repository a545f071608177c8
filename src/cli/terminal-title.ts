/** The title of one's own terminal while a session is on it: what a full-screen program cannot draw over. The terminal
 *  keeps the title of before on its stack; ctlseqs of xterm, "XTWINOPS". */

const ESC = "\u001B";

/** They have no title, and would show the sequence. */
const WITHOUT_TITLE = /^(?:dumb$|linux|vt\d)/;

export interface Title {
  readonly begin: string;
  readonly end: string;
}

export function titleFor(text: string, term: string | undefined): Title {
  if (term === undefined || term === "" || WITHOUT_TITLE.test(term)) return { begin: "", end: "" };
  return {
    begin: `${ESC}[22;0t${set(text)}`,
    // A terminal without such a stack is better left without a title than with this one.
    end: `${set("")}${ESC}[23;0t`,
  };
}

function set(text: string): string {
  return `${ESC}]2;${text}\u0007`;
}
