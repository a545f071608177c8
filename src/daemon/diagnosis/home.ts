/** The home: whose it is, whether it can be written, what room it has, and its registry. */

import { accessSync, constants, existsSync, lstatSync, readdirSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Finding } from "../../protocol/shapes.ts";
import { privacyFault } from "../../client/paths.ts";
import { checkRegistry } from "../../store/registry-check.ts";
import type { Patient } from "./patient.ts";
import { fault, fine, shellWord, warning } from "./finding.ts";

const MEGABYTE = 1_000_000;
const ROOM_BYTES = 256 * MEGABYTE;
const ROOM_LEAST_BYTES = 16 * MEGABYTE;

/** Of statfs(2): NFS, SMB, CIFS, SMB2, 9P, AFS, FUSE. */
const REMOTE = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x5346414f, 0x65735546,
]);

export function homeFindings({ home }: Pick<Patient, "home">): Finding[] {
  if (!existsSync(home)) return [missing(home)];
  const notPrivate = privacyFault(home);
  if (notPrivate !== null) {
    const fix = lstatSync(home).isDirectory()
      ? `chmod 700 ${shellWord(home)}`
      : "Set PROCMAN_HOME to another.";
    return [fault("home", `${home}: ${notPrivate}`, fix)];
  }
  if (!isWritable(home)) {
    return [
      fault("home", `${home} cannot be written`, "Set PROCMAN_HOME to a directory that can."),
    ];
  }
  return [fine("home", home), ...room(home), ...registry(home)];
}

function missing(home: string): Finding {
  const parent = nearest(home);
  return isWritable(parent)
    ? fine("home", `${home} is not there yet: the first start makes it`)
    : fault(
        "home",
        `${home} cannot be made in ${parent}`,
        "Set PROCMAN_HOME to another directory.",
      );
}

function nearest(path: string): string {
  return existsSync(path) ? path : nearest(dirname(path));
}

function room(home: string): Finding[] {
  const { bavail, bsize, type } = statfsSync(home);
  const bytes = bavail * bsize;
  const text = `${Math.floor(bytes / MEGABYTE)} MB free for logs and the registry`;
  const findings: Finding[] = [];
  if (REMOTE.has(type)) {
    const message = `${home} is on a file system of another machine, or of a program: its locks may not hold`;
    findings.push(
      warning("disk", message, "Set PROCMAN_HOME to a directory on a disk of this one."),
    );
  }
  if (bytes >= ROOM_BYTES) return [...findings, fine("disk", text)];
  const fix = "Make room; 'procman flush' empties logs, log.maxSize and log.maxFiles bound them.";
  return [...findings, (bytes < ROOM_LEAST_BYTES ? fault : warning)("disk", `only ${text}`, fix)];
}

function registry(home: string): Finding[] {
  const copies = readdirSync(home).filter((name) => /^registry\.db\.corrupt-\d+$/.test(name));
  const findings: Finding[] = [];
  if (copies.length > 0) {
    const paths = copies.map((name) => join(home, name)).join(", ");
    findings.push(
      warning(
        "registry",
        `it was damaged once, and the damaged one is kept: ${paths}`,
        `See what made it so, above all the disk; then rm ${copies.map((name) => `${shellWord(join(home, name))}*`).join(" ")}`,
      ),
    );
  }
  try {
    checkRegistry(home);
    return [
      ...findings,
      fine("registry", existsSync(join(home, "registry.db")) ? "is sound" : "none yet"),
    ];
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const fix =
      "procman daemon stop; procman daemon start (it is set aside; bring your projects up again)";
    return [...findings, fault("registry", `cannot be read: ${text}`, fix)];
  }
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
