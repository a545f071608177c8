/** Limits that cannot be put in force here are refused before anything is changed. */

import { confinementOf, type Where } from "../../core/confinement.ts";
import { NOTHING_ENFORCEABLE } from "../../model/confinement.ts";
import { fail } from "../../model/errors.ts";
import type { ProjectSpec } from "../../model/spec.ts";
import type { World } from "../../model/state.ts";
import type { DaemonContext } from "../context.ts";

/** What limits are put in force with here. */
export function placeOfLimits({ homeId, enforceable = NOTHING_ENFORCEABLE }: World): Where {
  return { homeId, enforceable };
}

/** `only`: the processes that are meant; null means all. Throws LIMIT_UNENFORCEABLE. */
export function refuseUnenforceable(
  { supervisor }: Pick<DaemonContext, "supervisor">,
  spec: ProjectSpec,
  only: readonly string[] | null,
): void {
  const where = placeOfLimits(supervisor.world);
  const problems = Object.values(spec.processes)
    .filter(({ name, disabled }) => !disabled && (only?.includes(name) ?? true))
    .flatMap((process) => {
      const { refused } = confinementOf(spec, process, where);
      return refused.map((why) => `Cannot limit ${process.name}: ${why}`);
    });
  if (problems.length === 0) return;
  const hint = "'procman doctor' tells what can be limited by control group, and how to get it.";
  fail("LIMIT_UNENFORCEABLE", problems.join("\n"), hint);
}
