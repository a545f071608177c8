/** Text of others, as it may be shown: it cannot act on the terminal that it is shown on, and stays in its line. */

// Control characters, those of eight bits too, are what this takes out.
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u001F\u007F-\u009F]/g;

/** As `ps` does it, which shows what it does not print as `?`. */
export function printable(text: string): string {
  return text.replaceAll(/[\t\n\r]+/g, " ").replace(CONTROLS, "?");
}
