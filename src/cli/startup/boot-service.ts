/** What starts programs at boot, as far as procman needs to know: systemd on Linux, launchd on macOS. */

import type { BootPlan } from "./boot-plan.ts";

export interface BootUnit {
  readonly path: string;
  readonly text: string;
  /** A link to the unit that makes it start at boot; null where its place alone does. */
  readonly link: string | null;
}

export interface BootService {
  readonly name: string;
  /** A program that is there where it is. */
  readonly program: string;
  unit(plan: BootPlan): BootUnit;
  /** Makes it read its units again; null where it does so by itself. */
  reload(plan: BootPlan): readonly string[] | null;
  /** Prints the pid of the daemon that runs under it, or something else when none does. */
  askPid(plan: BootPlan): readonly string[];
  /** Whether the unit starts with the machine, and not only when its user logs in. */
  startsAtBoot(plan: BootPlan): boolean;
  /** Makes it so, without asking questions; null when nothing can or need be done. */
  startAtBoot(plan: BootPlan): readonly string[] | null;
  /** Commands that hand a daemon, which was started by a command, over to it. */
  handOver(plan: BootPlan): string;
}
