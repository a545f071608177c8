/** `procman attach`. */

import { constants } from "node:os";
import { isatty } from "node:tty";
import { EXIT, fail } from "../../model/errors.ts";
import type { Status } from "../../protocol/status.ts";
import type { TerminalView } from "../../protocol/inputs.ts";
import type { Command, CommandContext } from "../command.ts";
import { keySequence, nameOfSequence } from "../detach-keys.ts";
import { runSession } from "../terminal-session.ts";
import { titleFor } from "../terminal-title.ts";

/** The second is docker's. */
const DETACH_KEYS = ["ctrl-]", "ctrl-p,ctrl-q"];

export const command: Command = {
  usage: "NAME",
  summary: "use the terminal of a process that has one (tty: true)",
  details: `Shows what it has written, then what it writes; keys go to it, Ctrl-C too. Ctrl-] detaches, and so does Ctrl-P
Ctrl-Q; the process goes on. The title of the window says so meanwhile. Several may be attached at once; the window
that was resized last gives the size. Exits with 0 when detached, with the code of the process when it ends.`,
  flags: {
    "detach-key": {
      type: "string",
      description: "the only key that detaches; several with commas, as ctrl-b,d",
      valueHint: "ctrl-X",
    },
  },
  examples: [
    ["procman attach repl", "see it and type into it"],
    ["procman attach repl --detach-key ctrl-a", "when the program needs Ctrl-] itself"],
  ],
  async run(context) {
    const { args, client, place, say } = context;
    const [target, ...more] = args.words;
    if (target === undefined || more.length > 0) {
      return fail(
        "USAGE",
        "Cannot attach: one process has to be named",
        "Say 'procman attach NAME'.",
      );
    }
    const chosen = args.text("detach-key");
    const keys = chosen === null ? DETACH_KEYS : [chosen];
    const detachKeys = keys.map(keySequence);
    if (!isatty(0) || !isatty(1)) {
      const hint = `'procman logs -f ${target}' shows it, 'procman send ${target} --text T' types.`;
      fail("USAGE", "Cannot attach: this is no terminal", hint);
    }
    const terminal =
      (await client.look("terminal", { ...place, target })) ??
      fail("NO_PROJECT", `Cannot attach to ${target}: nothing runs`, "'procman up' starts it.");
    const howTo = `${keys.map(nameOfSequence).join(" or ")} detaches`;
    say(`Attached to ${terminal.id} (pid ${terminal.pid}). ${howTo}.`);
    const title = titleFor(`${terminal.id} - ${howTo}`, context.env["TERM"]);
    const how = await runSession({ context, terminal, detachKeys, title });
    if (how === "detached") {
      say(`\nDetached from ${terminal.id}, which goes on.`);
      return EXIT.ok;
    }
    return sayEnd(context, terminal);
  },
};

/** Between two looks at how it ended, and for how long. */
const LOOK_MS = 50;
const LOOKS = 40;

async function sayEnd(
  { client, place, say }: CommandContext,
  { id, runId, pid }: TerminalView,
): Promise<number> {
  for (let nth = 0; nth < LOOKS; nth += 1) {
    const found = await client.ask("list", { ...place, targets: [id], all: false });
    const status = found?.[0];
    if (status === undefined || status.runId !== runId || status.pid === null) {
      say(`\n${id} (pid ${pid}) has ended${reasonOf(status)}.`);
      return status === undefined ? EXIT.ok : codeOf(status);
    }
    await Bun.sleep(LOOK_MS);
  }
  say(`\n${id} (pid ${pid}) has ended.`);
  return EXIT.ok;
}

function reasonOf(status: Status | undefined): string {
  if (status === undefined) return "";
  const { signal, exitCode } = status;
  return signal !== null ? `: ${signal}` : exitCode !== null ? ` with code ${exitCode}` : "";
}

function codeOf({ exitCode, signal }: Status): number {
  if (signal !== null) return 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
  return exitCode ?? EXIT.ok;
}
