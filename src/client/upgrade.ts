/** A daemon of an earlier release than the command: replaced in place by the daemon of the command's own release, before
 *  anything is changed by it. What runs goes on. */

import { fail, ProcmanError } from "../model/errors.ts";
import { limits } from "../model/limits.ts";
import type { DaemonStatus } from "../protocol/shapes.ts";
import { PROTOCOL, VERSION } from "../protocol/version.ts";
import { isOlder } from "./release.ts";
import { daemonProgram } from "./start-daemon.ts";

export interface Upgradable {
  readonly home: string;
  /** Null when no daemon answers. */
  status(): Promise<DaemonStatus | null>;
  /** Has it replaced by the program that is started by this command, unless that does not work. */
  replace(command: readonly string[]): Promise<unknown>;
  say(message: string): void;
}

const PAUSE_MS = 10;

/** One that cannot be replaced stays, and serves as long as it speaks the same protocol. */
export async function upgrade(daemon: Upgradable, before: DaemonStatus): Promise<void> {
  try {
    await daemon.replace(daemonProgram());
  } catch (error) {
    if (!(error instanceof ProcmanError) || before.protocol < PROTOCOL) throw error;
    daemon.say(`The daemon stays at ${before.version}. ${error.message}.`);
    return;
  }
  const after = await nextOf(daemon, before);
  if (isOlder(after)) {
    // The new one has passed its test and failed nonetheless, and the keeper has brought the former back.
    const why = `the one of ${VERSION} has failed, see 'procman daemon logs'`;
    return daemon.say(`The daemon stays at ${after.version} (pid ${after.pid}): ${why}.`);
  }
  daemon.say(`Upgraded the daemon from ${before.version} to ${after.version} (pid ${after.pid}).`);
}

/** The daemon after the one that was. */
async function nextOf(daemon: Upgradable, { startedAt }: DaemonStatus): Promise<DaemonStatus> {
  const giveUpAt = performance.now() + limits.daemonAnswerMs;
  for (;;) {
    const found = await daemon.status();
    if (found !== null && found.startedAt !== startedAt) return found;
    if (performance.now() > giveUpAt) {
      fail("DAEMON_UNREACHABLE", `Cannot reach the daemon of ${daemon.home} after its upgrade`);
    }
    await Bun.sleep(PAUSE_MS);
  }
}
