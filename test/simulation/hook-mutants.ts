/** Bugs in hooks, and in the commands that nothing waits for. */

import type { Mutant } from "./mutants.ts";

export const HOOK_MUTANTS: readonly Mutant[] = [
  {
    bug: "a start does not wait for the hook before it",
    file: "supervisor/hook-runner.ts",
    from: "const end = await this.#commands.run(`${runId} start`, hook, true);",
    to: 'void this.#commands.run(`${runId} start`, hook, true);\n    const end = { kind: "ok" } as CommandEnd;',
  },
  {
    bug: "a start takes no notice of the failure of the hook before it",
    file: "supervisor/hook-runner.ts",
    from: "if (hook.isRequired) return",
    to: "if (instance === null) return",
  },
  {
    bug: "an end does not wait for the hook after it",
    file: "supervisor/hook-runner.ts",
    from: 'run: (effect: EffectOf<"clean">) => this.#exits.once(',
    to: 'run: async (effect: EffectOf<"clean">) => void this.#exits.once(',
  },
  {
    bug: "a command beside a process is forgotten by the next daemon",
    file: "core/recover.ts",
    from: "      takeUpSideCommands(turn, instance.id);\n",
    to: "",
  },
  {
    bug: "a command beside a process outlives it",
    file: "core/side-commands.ts",
    from: "if (!belongs(turn, instance, side)) endBeside",
    to: "if (!belongs(turn, instance, side)) forgetBeside(turn, instance.id, side.id);\n      if (side.id === instance.id) endBeside",
  },
  {
    bug: "the command of a watch is there twice after a restart",
    file: "supervisor/hook-runner.ts",
    from: "`${instance} ${runId} ${what}` : `${instance} ${what}`",
    to: "`${instance} ${runId} ${what}` : `${instance} ${runId} ${what}`",
  },
];
