/** From the view to the terminal of a process, and back. */

import { fail } from "../../model/errors.ts";
import type { CommandContext } from "../command.ts";
import { keySequence } from "../detach-keys.ts";
import { writeAll } from "../output.ts";
import { titleFor } from "../terminal-title.ts";
import type { Terminal } from "./terminal.ts";

const DETACH_KEY = "ctrl-]";

/** What there is to be said of it afterwards. Throws, before anything was shown, when it has no terminal. */
export async function attach(context: CommandContext, id: string, own: Terminal): Promise<string> {
  const { client, place, env } = context;
  const terminal =
    (await client.ask("terminal", { ...place, target: id })) ??
    fail("DAEMON_UNREACHABLE", `Cannot attach to ${id}: the daemon does not answer`);
  const { runSession } = await import("../terminal-session.ts");
  const howTo = "Ctrl-] comes back";
  own.close();
  try {
    writeAll(1, `Attached to ${terminal.id} (pid ${terminal.pid}). ${howTo}.\n`);
    const detachKeys = [keySequence(DETACH_KEY)];
    const title = titleFor(`${terminal.id} - ${howTo}`, env["TERM"]);
    const how = await runSession({ context, terminal, detachKeys, title });
    return how === "detached" ? `Detached from ${id}, which goes on.` : `${id} has ended.`;
  } finally {
    own.open();
  }
}
