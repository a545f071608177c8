/** `procman send`. */

import { fail } from "../../model/errors.ts";
import { limits } from "../../model/limits.ts";
import type { Command } from "../command.ts";
import { renderResults } from "../render/results.ts";

export const command: Command = {
  usage: "TARGET… --text T",
  summary: "write a line to the input of processes",
  details: `For processes with 'stdin: true' or 'tty: true'. Returns when it was taken; a process that does not read is an error
after 2 s.`,
  flags: {
    text: { type: "string", description: "what to write; a line end follows", valueHint: "T" },
    newline: { type: "boolean", negativeDescription: "nothing follows" },
  },
  examples: [
    ["procman send repl --text reload", "as if it had been typed, with Enter"],
    ["procman send repl --text q --no-newline", "the key alone"],
  ],
  async run(context) {
    const { args, client, place } = context;
    const text = args.text("text");
    if (args.words.length === 0) {
      const hint = "Say who is to get what: 'procman send repl --text reload'.";
      fail("USAGE", "Cannot send: no process was named", hint);
    }
    if (text === null) return noText(args.words);
    if (Buffer.byteLength(text) >= limits.sentBytes) {
      const most = `${limits.sentBytes / 1024} KiB`;
      fail("USAGE", `Cannot send that much at once: up to ${most} will do`);
    }
    const input = { ...place, targets: args.words, text, enter: args.text("newline") !== "false" };
    const options = { start: true, waits: true, repeatable: false };
    const { results } = await client.change("send", input, options);
    return renderResults(context, results, "took it");
  },
};

/** What stands behind the process is mostly meant as the text. */
function noText([target = "", ...more]: readonly string[]): never {
  const last = more.at(-1) ?? "";
  if (/^[[{]/.test(last)) {
    const hint = "--text T writes to its input.";
    return fail("NOT_SUPPORTED_YET", "Cannot send: messages are not supported yet", hint);
  }
  const text = more.length === 0 ? "T" : `"${more.join(" ")}"`;
  const hint = `What is to be written follows --text: 'procman send ${target} --text ${text}'.`;
  return fail("USAGE", "Cannot send: no text was given", hint);
}
