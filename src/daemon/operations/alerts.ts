/** The operation `alerts`: what is alerting now. */

import type { Alert } from "../../model/alerts.ts";
import type { ActiveAlert } from "../../protocol/alerts.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";

export function alertOperations(context: DaemonContext): Pick<Handlers, "alerts"> {
  return {
    async alerts(input) {
      const project = input.all ? null : context.projects.find(input);
      if (!input.all && project === null) return [];
      return [...context.supervisor.world.alerts.values()]
        .filter(({ subject }) => project === null || subject.project === project.spec.name)
        .flatMap(active)
        .toSorted((one, other) => one.firedAt.localeCompare(other.firedAt));
    },
  };
}

function active({ fired, rule, subject }: Alert): ActiveAlert[] {
  if (fired === null) return [];
  const { id, firedAtMs, worst } = fired;
  const { project, process, instance } = subject;
  const reason = worst.data["reason"];
  return [
    {
      id,
      rule,
      project,
      process,
      instance,
      type: worst.type,
      reason: typeof reason === "string" ? reason : null,
      since: new Date(worst.sinceMs).toISOString(),
      firedAt: new Date(firedAtMs).toISOString(),
    },
  ];
}
