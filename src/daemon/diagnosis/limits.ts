/** The limits of the machine, judged by what processes need. */

import type { Finding } from "../../protocol/shapes.ts";
import type { MachineLimits, PipeBudget } from "../../platform/machine-limits.ts";
import { fault, fine, warning } from "./finding.ts";

/** Descriptors of the daemon itself, and for each process (measured: five and a half). */
const OWN_FILES = 64;
const FILES_A_PROCESS = 6;
/** Two pipes of sixteen pages. */
const PAGES_A_PROCESS = 32;

/** Fewer than that many processes more is soon too few. */
const FEW = 100;
const TOO_FEW = 10;

const INOTIFY_INSTANCES = 128;
const INOTIFY_WATCHES = 16_384;

export function limitFindings({ openFiles, tasksLeft, pipes, inotify }: MachineLimits): Finding[] {
  return [
    files(openFiles),
    ...(tasksLeft === null ? [] : [tasks(tasksLeft)]),
    ...(pipes === null ? [] : [budget(pipes)]),
    ...(inotify === null ? [] : [watches(inotify)]),
  ];
}

function files(most: number | null): Finding {
  if (most === null) return fine("open files", "no limit");
  const room = Math.max(0, Math.floor((most - OWN_FILES) / FILES_A_PROCESS));
  const text = `${most}, enough for about ${room} processes`;
  const fix = "Raise the hard limit: LimitNOFILE= of the unit, or /etc/security/limits.conf.";
  return graded("open files", text, room, fix);
}

function tasks({ count, bound }: { readonly count: number; readonly bound: string }): Finding {
  const fix = `Raise ${bound}, or find out who has so many.`;
  return graded("processes", `${count} more may be started (${bound})`, count, fix);
}

function budget({ softPages, hardPages, usedPages }: PipeBudget): Finding {
  const what = "pipe budget";
  if (hardPages !== null && usedPages + PAGES_A_PROCESS > hardPages) {
    const message = `${usedPages} pages of ${hardPages} are used: no more pipes can be made, so nothing can be started`;
    return fault(what, message, `sudo sysctl fs.pipe-user-pages-hard=${hardPages * 4}`);
  }
  if (softPages === null) return fine(what, "no limit");
  const room = Math.max(0, Math.floor((softPages - usedPages) / PAGES_A_PROCESS));
  const text = `${usedPages} pages of ${softPages} are used, enough for about ${room} processes more`;
  if (room >= TOO_FEW) return fine(what, text);
  // Beyond the soft limit the kernel makes pipes of two pages, and one of a single page before Linux 5.14.
  const message = `${text}; further ones get smaller pipes, and wait more often for their output to be taken`;
  return warning(what, message, `sudo sysctl fs.pipe-user-pages-soft=${softPages * 4}`);
}

function watches({ instances, watches: most }: NonNullable<MachineLimits["inotify"]>): Finding {
  const text = `${instances} instances, ${most} watches`;
  if (instances >= INOTIFY_INSTANCES && most >= INOTIFY_WATCHES) return fine("inotify", text);
  return warning(
    "inotify",
    `${text}: few for programs that watch their files, as in development`,
    "sudo sysctl fs.inotify.max_user_instances=512 fs.inotify.max_user_watches=524288",
  );
}

function graded(check: string, text: string, room: number, fix: string): Finding {
  if (room >= FEW) return fine(check, text);
  return (room < TOO_FEW ? fault : warning)(check, text, fix);
}
