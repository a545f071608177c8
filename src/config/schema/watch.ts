/** Watching files: which, and what a change of them does. */

import { constants } from "node:os";
import { z } from "zod";
import { choice, duration, filledText, flag, keys, oneOrMore, pattern } from "./fields.ts";

const PATH = "a path without `*`; globs stand in `include`";
const path = pattern(/^[^*]*[^*\s][^*]*$/, PATH);

const globs = oneOrMore(filledText(), "a glob or a list of globs");

const ACTION = '"restart", "reload", "signal:SIGHUP" or "exec:COMMAND"';
const action = pattern(/^(?:restart|reload|signal:\w+|exec:.*\S.*)$/s, ACTION).refine(isKnown, {
  error: ACTION,
});

const EXPECTED = "true, a path, or a map with `paths`";

export const watch = z.union(
  [
    z.boolean(),
    choice(["true", "false"]).transform((value) => value === "true"),
    path,
    keys(
      {
        paths: oneOrMore(path, "a path or a list of paths")
          .optional()
          .describe(
            "Files and directories, relative to `cwd`; the working directory if not given.",
          ),
        include: globs.optional().describe("Globs; only what matches one counts."),
        exclude: globs.optional().describe("Globs; what matches one does not count."),
        debounce: duration()
          .optional()
          .describe('Changes closer together count as one; "200ms" if not given.'),
        action: action.optional().describe('What a change does; "restart" if not given.'),
        cascade: flag().optional().describe("true: those that depend on it are restarted too."),
      },
      EXPECTED,
    ).refine(({ action: does = "restart", cascade }) => cascade !== true || does === "restart", {
      path: ["cascade"],
      error: 'false, for it goes with the action "restart" only',
    }),
  ],
  { error: EXPECTED },
);

/** A signal has to be one. */
function isKnown(text: string): boolean {
  if (!text.startsWith("signal:")) return true;
  const name = text.slice("signal:".length).toUpperCase();
  return Object.hasOwn(constants.signals, name.startsWith("SIG") ? name : `SIG${name}`);
}
