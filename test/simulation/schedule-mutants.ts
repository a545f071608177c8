/** Bugs in schedules. */

import type { Mutant } from "./mutants.ts";

export const SCHEDULE_MUTANTS: readonly Mutant[] = [
  {
    bug: "a period begins when the time before was seen, and drifts",
    file: "core/timetable.ts",
    from: "atMs: atMs + periods * by.everyMs",
    to: "atMs: now.monoMs + by.everyMs",
  },
  {
    bug: "a time that is acted on is told to have been missed as well",
    file: "core/timetable.ts",
    from: "const untilMs = actedOn ?? nowMs + 1;",
    to: "const untilMs = nowMs + 1;",
  },
  {
    bug: "times that are long over are not told",
    file: "core/schedule.ts",
    from: "if (missed !== null) {",
    to: "if (missed !== null && missed.count < 2) {",
  },
  {
    bug: "a period goes by the clock on the wall",
    file: "core/timetable.ts",
    from: 'return kind === "cron" ? wallMs : monoMs;',
    to: "return wallMs;",
  },
  {
    bug: "what has ended does not go back to its schedule",
    file: "choreographer/routes.ts",
    from: '"process.completed": { each: [backOnSchedule, extraGoes]',
    to: '"process.completed": { each: [extraGoes]',
  },
  {
    bug: "what is put on its schedule some other way does not know its next time",
    file: "choreographer/step.ts",
    from: "  keepDue(turn);\n",
    to: "",
  },
  {
    bug: "nobody looks when the time of a period has come",
    file: "core/deadlines.ts",
    from: 'if (due.by.kind === "every") return due.atMs;',
    to: 'if (due.by.kind === "every") return null;',
  },
  {
    bug: "a run that still goes on is replaced, whatever is said",
    file: "core/schedule.ts",
    from: 'schedule.overlap === "replace"',
    to: 'schedule.overlap !== "allow"',
  },
  {
    bug: "an extra run is not forgotten",
    file: "core/extra-runs.ts",
    from: "AT_REST.has(instance.state.kind)",
    to: 'instance.state.kind === "stopped"',
  },
  {
    bug: "an extra run stays extra when it is within the count",
    file: "core/define.ts",
    from: "if (instance.index <= wanted) turn.putInstance(usual);",
    to: "if (instance.index < wanted) turn.putInstance(usual);",
  },
  {
    bug: "a start runs what has a schedule",
    file: "core/start-moves.ts",
    from: "if (spec.schedule !== undefined && asked.now !== true) {",
    to: 'if (spec.schedule !== undefined && asked.now !== true && state.kind !== "scheduled") {',
  },
  {
    bug: "an edit that takes the schedule away leaves it waiting for its time",
    file: "choreographer/routes.ts",
    from: "each: [fallbackIsRelieved, editedHopeAgain, scheduleEdited]",
    to: "each: [fallbackIsRelieved, editedHopeAgain]",
  },
];
