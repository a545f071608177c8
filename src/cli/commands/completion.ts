/** `procman completion`. */

import { EXIT, fail } from "../../model/errors.ts";
import type { Command } from "../command.ts";
import { SCRIPTS, type Shell } from "../completion/scripts.ts";
import { writeAll } from "../output.ts";

const SHELLS = Object.keys(SCRIPTS);

export const command: Command = {
  usage: SHELLS.join("|"),
  summary: "write the script that completes procman in a shell",
  details: `It completes commands, flags, and the names of processes, groups, profiles and projects that were started before.
bash  eval "$(procman completion bash)"       in ~/.bashrc
zsh   eval "$(procman completion zsh)"        in ~/.zshrc
fish  procman completion fish | source        in ~/.config/fish/config.fish`,
  flags: {},
  examples: [
    ["procman completion bash", "the script for bash, on stdout"],
    [
      "procman completion fish > ~/.config/fish/completions/procman.fish",
      "for fish, once and for all",
    ],
  ],
  async run({ args, env }) {
    const [shell = "", ...more] = args.words;
    if (!isShell(shell) || more.length > 0) {
      const own = (env["SHELL"] ?? "").split("/").at(-1) ?? "";
      const hint = isShell(own)
        ? `Your shell is ${own}: 'procman completion ${own}'.`
        : `It is one of ${SHELLS.join(", ")}.`;
      const what =
        args.words.length === 0
          ? "Cannot write the script: no shell was named"
          : `Cannot understand 'completion ${args.words.join(" ")}'`;
      return fail("USAGE", what, hint);
    }
    writeAll(1, SCRIPTS[shell]);
    return EXIT.ok;
  },
};

function isShell(name: string): name is Shell {
  return Object.hasOwn(SCRIPTS, name);
}
