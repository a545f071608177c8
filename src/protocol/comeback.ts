/** Operations on what comes back after a reboot. */

import { z } from "zod";
import { callOf } from "./operation.ts";
import type { ActionResult, SavedSet } from "./shapes.ts";

/** `byUnit`: for the boot unit, nothing that an operator has stopped since the boot, and without waiting. */
const resurrectInput = z.strictObject({ project: z.string().nullable(), byUnit: z.boolean() });

export const comebackOperations = {
  save: callOf<{ project: string | null; pins: boolean }, { projects: readonly SavedSet[] }>({
    input: z.strictObject({ project: z.string().nullable(), pins: z.boolean() }),
    effect: "writes",
    summary: "Pins what is up, in one project or in all, as what comes back after a reboot.",
    errors: ["PROJECT_NOT_FOUND"],
  }),
  resurrect: callOf<z.infer<typeof resurrectInput>, { results: readonly ActionResult[] }>({
    input: resurrectInput,
    effect: "writes",
    summary: "Starts what was saved, else what was up when the machine or the daemon was stopped.",
    errors: ["PROJECT_NOT_FOUND"],
  }),
} as const;
