/** Bugs planted in what makes a reload. */

import type { Mutant } from "./mutants.ts";

export const RELOAD_MUTANTS: readonly Mutant[] = [
  {
    bug: "a new run takes over as soon as it is spawned, though nothing says that it is ready",
    file: "core/reload.ts",
    from: "turn.now.monoMs >= readyMonoMs(beside, turn.specOf(beside))",
    to: "turn.now.monoMs >= 0",
  },
  {
    bug: "a run beside another is forgotten while it is still being stopped",
    file: "core/reload.ts",
    from: '    case "stopping":\n    case "cleaning":\n      return;\n    case "running":',
    to: '      return;\n    case "running":',
  },
  {
    bug: "a stop is about one of the two runs alone",
    file: "core/reload.ts",
    from: "ENDS.has(input.kind) ? turn.instance(id) : undefined;",
    to: "ENDS.has(input.kind) ? undefined : undefined;",
  },
  {
    bug: "what has ended does not wait for the run beside it",
    file: "core/reload-cells.ts",
    from: "if (instance.beside === undefined || isToTakeOver(instance.beside)) {",
    to: "if (instance.id !== undefined) {",
  },
  {
    bug: "a new daemon does not go on with the run beside another",
    file: "core/recover.ts",
    from: "  takeUp(turn, beside, crashed);\n",
    to: "",
  },
  {
    bug: "several instances of a process are reloaded at once",
    file: "core/admission.ts",
    from: "if (next !== null && !isReloading) toReload.push(next);",
    to: "if (next !== null) toReload.push(next);",
  },
  {
    bug: "who puts an instance as he has found it undoes what has become of the run beside it",
    file: "core/turn.ts",
    from: "const pair = known.beside === undefined ? {} : { beside: known.beside };",
    to: "const pair = instance.beside === undefined ? {} : { beside: instance.beside };",
  },
  {
    bug: "a reload is asked for, and nobody begins it",
    file: "choreographer/routes.ts",
    from: '"process.reloading": { each: [], project: [admit] }',
    to: '"process.reloading": { each: [], project: [] }',
  },
  {
    bug: "a new run that fails counts against the old one",
    file: "core/reload.ts",
    from: 'const noted: Instance = { ...instance, reload: { kind: "failed", reason } };',
    to: 'const noted: Instance = { ...instance, restartTimesMonoMs: [...instance.restartTimesMonoMs, turn.now.monoMs], reload: { kind: "failed", reason } };',
  },
  {
    bug: "the new run takes over, and the old one is not stopped",
    file: "core/reload.ts",
    from: "if (former !== null && isAlive(former)) {",
    to: "if (former === undefined) {",
  },
];
