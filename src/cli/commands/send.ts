/** `procman send`. */

import { fail } from "../../model/errors.ts";
import { limits } from "../../model/limits.ts";
import type { MessageResult } from "../../protocol/messages.ts";
import type { Command, CommandContext } from "../command.ts";
import { renderFailures, renderResults } from "../render/results.ts";
import { durationFlag } from "./targets.ts";

const ONCE = { start: true, waits: true, repeatable: false } as const;

export const command: Command = {
  usage: "TARGET… JSON | TARGET… --text T",
  summary: "send processes a message, or a line to their input",
  details: `A message is JSON, for processes with 'ipc: true' or that use PROCMAN_SOCKET; --reply waits for the answer and prints
it, and exits with 124 when there is none in time. --text is for processes with 'stdin: true' or 'tty: true'; a process
that does not read is an error after 2 s.`,
  flags: {
    text: { type: "string", description: "what to write; a line end follows", valueHint: "T" },
    newline: { type: "boolean", negativeDescription: "nothing follows" },
    reply: { type: "boolean", description: "wait for the answer to a message, and print it" },
    timeout: {
      type: "string",
      description: "with --reply: at most D like 500ms, 30s, 2m (10s)",
      valueHint: "D",
    },
  },
  examples: [
    [`procman send worker '{"cmd":"reload"}'`, `for process.on("message", …)`],
    [`procman send worker '{"cmd":"stats"}' --reply`, "print what it answers"],
    ["procman send repl --text reload", "as if it had been typed, with Enter"],
    ["procman send repl --text q --no-newline", "the key alone"],
  ],
  async run(context) {
    const { args } = context;
    const text = args.text("text");
    if (args.words.length === 0) {
      const hint = `Say who is to get what: procman send worker '{"cmd":"reload"}'`;
      fail("USAGE", "Cannot send: no process was named", hint);
    }
    if (text === null) return sendMessage(context);
    if (args.isSet("reply")) {
      fail("USAGE", "Cannot wait for a reply to --text: what it writes is in its log");
    }
    return sendText(context, text);
  },
};

async function sendText(context: CommandContext, text: string): Promise<number> {
  const { args, client, place } = context;
  if (Buffer.byteLength(text) >= limits.sentBytes) tooMuch(`${limits.sentBytes / 1024} KiB`);
  const input = { ...place, targets: args.words, text, enter: args.text("newline") !== "false" };
  const { results } = await client.change("send", input, ONCE);
  return renderResults(context, results, "took it");
}

async function sendMessage(context: CommandContext): Promise<number> {
  const { args, client, place } = context;
  const timeoutMs = durationFlag(context, "timeout") ?? limits.replyMs;
  const { targets, message } = messageIn(args.words);
  const replyWithinMs = args.isSet("reply") ? Math.max(1, timeoutMs) : null;
  const input = { ...place, targets, message, replyWithinMs };
  const { results } = await client.change("message", input, ONCE);
  if (replyWithinMs === null || context.json) return renderResults(context, results, "was sent it");
  for (const result of results) if (result.ok) context.print(replyText(result, results.length > 1));
  return renderFailures(context, results);
}

function replyText({ id, reply }: MessageResult, isOneOfMore: boolean): string {
  const text = JSON.stringify(reply);
  return isOneOfMore ? `${id} ${text}` : text;
}

/** The last word is the message. */
function messageIn(words: readonly string[]) {
  const targets = words.slice(0, -1);
  const text = words.at(-1) ?? "";
  if (targets.length === 0) {
    const hint = `What is to be sent follows: '{"cmd":"reload"}' in single quotes, or --text T.`;
    return fail("USAGE", `Cannot send to ${text}: nothing to send was given`, hint);
  }
  if (Buffer.byteLength(text) >= limits.messageBytes) tooMuch("1 MiB");
  try {
    return { targets, message: JSON.parse(text) as unknown };
  } catch {
    const [target = ""] = targets;
    const hint = /^[[{"]/.test(text)
      ? "Quote it for the shell, in single quotes."
      : `A message is JSON, as '"${text}"'; '--text ${text}' writes to the input of ${target}.`;
    return fail("USAGE", `Cannot send '${text}': it is no JSON`, hint);
  }
}

function tooMuch(most: string): never {
  return fail("USAGE", `Cannot send that much at once: up to ${most} will do`);
}
