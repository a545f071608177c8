/** One frame, as text: for those who have no terminal, or want to keep what they see. */

import type { CommandContext } from "../command.ts";
import { isTerminal } from "../is-terminal.ts";
import { painter, wantsColor, writeAll } from "../output.ts";
import { terminalSize } from "../terminal.ts";
import { frameOf } from "./frame.ts";
import { LogFollower } from "./log-follower.ts";
import { Looks } from "./looks.ts";
import type { SortKey } from "./sort-keys.ts";
import { firstState, type Size } from "./state.ts";
import { withLook } from "./with-look.ts";

/** Of a frame that goes nowhere in particular. */
const USUAL: Size = { columns: 100, rows: 30 };

export async function showOnce(context: CommandContext, sort: SortKey): Promise<number> {
  const { args, client, env } = context;
  const look = await new Looks(context).look();
  const begun = firstState({ size: sizeOf(env), isOfAll: args.isSet("all"), sort });
  const state = new LogFollower(client.home).look(withLook(begun, look, null, Date.now()));
  const paint = painter(wantsColor(1, env, args.text("color")));
  // Without the last line, which tells of keys.
  const lines = frameOf(state, paint)
    .slice(0, -1)
    .map((line) => line.trimEnd());
  const last = lines.findLastIndex((line) => line !== "");
  writeAll(1, `${lines.slice(0, last + 1).join("\n")}\n`);
  return 0;
}

/** As large as the terminal; else as the environment says, as it does to `ls` and `ps`. */
function sizeOf(env: Readonly<Record<string, string | undefined>>): Size {
  if (isTerminal(1)) return terminalSize();
  const number = (name: string, usual: number): number => {
    const value = Number(env[name] ?? "");
    return Number.isSafeInteger(value) && value > 0 ? Math.min(value, MOST) : usual;
  };
  return { columns: number("COLUMNS", USUAL.columns), rows: number("LINES", USUAL.rows) };
}

const MOST = 1_000;
