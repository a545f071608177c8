/** The program itself: versions, the daemon, and the means that it has of the machine. */

import { ago } from "../../model/ago.ts";
import { existsSync } from "node:fs";
import manifest from "../../../package.json" with { type: "json" };
import { TREE_LIMITS, type TreeLimit } from "../../model/confinement.ts";
import type { Finding } from "../../protocol/shapes.ts";
import { VERSION } from "../../protocol/version.ts";
import { libc } from "../../platform/libc.ts";
import type { Patient } from "./patient.ts";
import { fault, fine, warning } from "./finding.ts";

export function versionFindings({ daemon }: Pick<Patient, "daemon">): Finding[] {
  const { platform, arch } = process;
  const own = `procman ${VERSION}, Bun ${Bun.version}, ${platform} ${arch}`;
  const needed = manifest.engines.bun.replace(/^\D+/, "");
  const findings: Finding[] = [];
  if (Bun.semver.order(Bun.version, needed) < 0) {
    findings.push(fault("versions", `${own}: it needs Bun ${needed} or later`, "bun upgrade"));
  } else if (platform !== "linux" && platform !== "darwin") {
    findings.push(fault("versions", `${own}: it runs on Linux and macOS`, "Use one of them."));
  } else findings.push(fine("versions", own));
  if (daemon !== null && (daemon.version !== VERSION || daemon.bunVersion !== Bun.version)) {
    const theirs = `procman ${daemon.version} on Bun ${daemon.bunVersion}`;
    findings.push(
      warning("versions", `the daemon is of another version: ${theirs}`, "procman daemon restart"),
    );
  }
  return findings;
}

export function daemonFindings({ daemon, holder, socket }: Omit<Patient, "home">): Finding[] {
  if (daemon !== null) {
    return [
      fine(
        "daemon",
        `pid ${daemon.pid} answers, up ${ago(Date.now() - Date.parse(daemon.startedAt))}`,
      ),
    ];
  }
  if (holder !== null) {
    const message = `pid ${holder} holds the lock of the home, and does not answer`;
    return [
      fault("daemon", message, `kill -9 ${holder} (it is started again, and what runs goes on)`),
    ];
  }
  if (!existsSync(socket)) return [fine("daemon", "none runs; commands that need one start it")];
  const message = `${socket} is left by a daemon that is gone, and nobody has started another one`;
  return [warning("daemon", message, "procman daemon start")];
}

export function watchFindings({ daemon }: Pick<Patient, "daemon">): Finding[] {
  return (daemon?.watchLimits ?? []).map((limit) =>
    warning(
      "watching",
      `changes are not seen, or not at once: ${limit}`,
      "Mend what it says, or narrow `watch.paths` down.",
    ),
  );
}

/** What limits of whole trees are put in force by. */
export function controllerFindings(controllers: readonly TreeLimit[]): Finding[] {
  const check = "limits of processes";
  const watched = TREE_LIMITS.filter((it) => it !== "cpu" && !controllers.includes(it));
  const means = [
    controllers.length === 0 ? null : `${listed(controllers)} by control group`,
    watched.length === 0 ? null : `${listed(watched)} by watching`,
    controllers.includes("cpu") ? null : "cpu not at all",
  ].filter((it) => it !== null);
  const finding = fine(check, means.join(", "));
  if (controllers.length === TREE_LIMITS.length || process.platform !== "linux") return [finding];
  const fix =
    "Give the daemon a control group of its own, with controllers: 'procman startup install'.";
  return [{ ...finding, fix }];
}

function listed(names: readonly string[]): string {
  return names.join(" and ");
}

export function containmentFindings(hasCgroups: boolean): Finding[] {
  const findings: Finding[] = [];
  if (process.platform !== "linux") {
    const message = "by process group, session and descent: there are no control groups here";
    return [fine("containment", message)];
  }
  if (hasCgroups) findings.push(fine("containment", "each run gets a control group of its own"));
  else {
    findings.push(
      warning(
        "containment",
        "no control groups can be made here: a process that leaves its group, its session and its parents, and clears its environment, outlives its stop",
        "Give the daemon a group of its own: 'procman startup install', or 'systemd-run --user --scope -p Delegate=yes procman daemon start'.",
      ),
    );
  }
  if (libc() === null) {
    findings.push(
      fault(
        "foreign functions",
        "the C library cannot be called: output that a killed daemon has read is lost with it",
        "Use a build of Bun with bun:ffi.",
      ),
    );
  }
  return findings;
}
