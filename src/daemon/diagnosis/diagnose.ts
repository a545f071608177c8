/** What is wrong with a home and its machine, seen with a daemon's eyes but without being one: it works whether the
 *  daemon runs, is stuck or cannot start, and changes nothing. */

import type { Diagnosis, Finding } from "../../protocol/shapes.ts";
import { call } from "../../client/connection.ts";
import { lockHolder } from "../../client/lock-holder.ts";
import { socketOf } from "../../client/socket-path.ts";
import { limits } from "../../model/limits.ts";
import { allowsCgroups, controllersFor } from "../../platform/cgroups.ts";
import { limitsOf } from "../../platform/limits-of.ts";
import { limitFindings } from "./limits.ts";
import { warning } from "./finding.ts";
import { homeFindings } from "./home.ts";
import { leftoverFindings } from "./leftovers.ts";
import type { Patient } from "./patient.ts";
import {
  containmentFindings,
  controllerFindings,
  daemonFindings,
  versionFindings,
  watchFindings,
} from "./program.ts";

type Check = readonly [what: string, look: (patient: Patient) => readonly Finding[]];

const CHECKS: readonly Check[] = [
  ["versions", versionFindings],
  ["home", homeFindings],
  ["daemon", daemonFindings],
  ["watching", watchFindings],
  ["limits", ({ pid }) => limitFindings(limitsOf(pid))],
  ["containment", ({ pid }) => containmentFindings(allowsCgroups(pid))],
  ["controllers", ({ pid }) => controllerFindings(controllersFor(pid))],
  ["leftovers", leftoverFindings],
];

export async function diagnose(home: string): Promise<Diagnosis> {
  const socket = socketOf(home);
  const timeout = AbortSignal.timeout(limits.daemonAnswerMs);
  const daemon = await call(socket, "daemon-status", {}, timeout).catch(() => null);
  const holder = lockHolder(home);
  const pid = daemon?.pid ?? holder ?? process.pid;
  const patient: Patient = { home, socket, daemon, holder, pid };
  const findings = CHECKS.flatMap(([what, look]) => {
    try {
      return look(patient);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return [
        warning(
          what,
          `could not be looked at: ${text}`,
          "Mend what else is found, then call 'procman doctor' again.",
        ),
      ];
    }
  });
  return { healthy: findings.every(({ level }) => level !== "error"), findings };
}
