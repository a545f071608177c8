/** No two processes on one port. */

import type { ProcessSpec } from "../../model/spec.ts";
import type { Report } from "../report.ts";
import { originAt } from "../tree.ts";
import type { Draft } from "./draft.ts";

const LAST_PORT = 65_535;

/** Instance n has the port plus n - 1, so each process has a range. Disabled ones have none. */
export function checkPorts(
  specs: readonly ProcessSpec[],
  drafts: ReadonlyMap<string, Draft>,
  report: Report,
): void {
  const takers = new Map<number, string>();
  for (const spec of specs) {
    checkBump(spec, drafts, report);
    if (spec.port === null || spec.disabled) continue;
    const origin = () => originAt(drafts.get(spec.name)!.node, ["port"]);
    const last = spec.port + spec.instances - 1;
    if (last > LAST_PORT) {
      report.invalid(
        origin(),
        `the last of ${spec.instances} instances would need port ${last}, and the highest is ${LAST_PORT}`,
      );
    }
    for (let port = spec.port; port <= last; port++) {
      const taker = takers.get(port);
      if (taker !== undefined && taker !== spec.name) {
        report.invalid(origin(), `port ${port} is the port of "${taker}" too`);
        break;
      }
      takers.set(port, spec.name);
    }
  }
}

function checkBump(
  { name, portChoice }: ProcessSpec,
  drafts: ReadonlyMap<string, Draft>,
  report: Report,
): void {
  if (portChoice === null || portChoice.from === null) return;
  const last = portChoice.from + portChoice.bump;
  if (last <= LAST_PORT) return;
  const text = `the last port to be tried would be ${last}, and the highest is ${LAST_PORT}`;
  report.invalid(originAt(drafts.get(name)!.node, ["port", "bump"]), text);
}
