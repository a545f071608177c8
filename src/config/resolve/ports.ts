/** No two processes on one port. */

import { sharingOf } from "../../model/sharing.ts";
import type { ProcessSpec } from "../../model/spec.ts";
import type { Report } from "../report.ts";
import { child, originAt } from "../tree.ts";
import type { Draft } from "./draft.ts";

const LAST_PORT = 65_535;

/** Instances that share no port have a range: n has the port plus n - 1. Disabled processes have none. */
export function checkPorts(
  specs: readonly ProcessSpec[],
  drafts: ReadonlyMap<string, Draft>,
  report: Report,
): void {
  const takers = new Map<number, string>();
  for (const spec of specs) {
    checkBump(spec, drafts, report);
    checkBalance(spec, drafts, report);
    if (spec.port === null || spec.disabled) continue;
    const origin = () => originAt(drafts.get(spec.name)!.node, ["port"]);
    const last = spec.port + (sharingOf(spec) === null ? spec.instances - 1 : 0);
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

/** What is said of a port that there is not, or of how it is shared when it is not, would be ignored. */
function checkBalance(
  { name, port, portChoice, balance }: ProcessSpec,
  drafts: ReadonlyMap<string, Draft>,
  report: Report,
): void {
  const { node } = drafts.get(name)!;
  if (balance !== undefined && balance.mode !== "none" && port === null && portChoice === null) {
    const text = "there is no port to share";
    report.invalid(originAt(node, ["balance"]), text, "Add `port`.");
  }
  if (balance === undefined || balance.mode === "proxy") return;
  // One who moves between the two others keeps the algorithm; the kernel has its own.
  for (const key of balance.mode === "none" ? ["algorithm", "host"] : ["host"]) {
    const said = child(child(node, "balance"), key);
    if (said === undefined) continue;
    report.invalid(
      originAt(node, ["balance", key]),
      `it has no meaning with the mode "${balance.mode}"`,
    );
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
