/** The unit for systemd. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { EXIT_LOCKED } from "../../client/keeper.ts";
import { commandLine, type Setting, unitText, word } from "../../config/exporters/unit-text.ts";
import { printable } from "../../model/printable.ts";
import type { BootPlan } from "./boot-plan.ts";
import type { BootService } from "./boot-service.ts";

export const systemd: BootService = {
  name: "systemd",
  program: "systemctl",
  unit(plan) {
    const directory = unitDirectory(plan);
    const file = `${plan.name}.service`;
    return {
      path: join(directory, file),
      text: textOf(plan),
      // All that `systemctl enable` does, and it can be done while no systemd runs, as in the making of an image.
      link: join(directory, `${targetOf(plan)}.wants`, file),
    };
  },
  reload: (plan) => [...systemctl(plan), "daemon-reload"],
  askPid: (plan) => [...systemctl(plan), "show", "--property=MainPID", "--value", unitOf(plan)],
  startsAtBoot: (plan) => plan.scope === "system" || lingers(plan),
  startAtBoot: (plan) =>
    plan.scope === "system" || lingers(plan)
      ? null
      : ["loginctl", "--no-ask-password", "enable-linger", plan.user],
  handOver: (plan) =>
    `procman daemon stop --leave-running && ${systemctl(plan).join(" ")} start ${unitOf(plan)}`,
};

function textOf(plan: BootPlan): string {
  const { name, scope, user, home, daemon, resurrect, environment } = plan;
  const isSystem = scope === "system";
  return unitText([
    [
      "Unit",
      [
        ["Description", `procman and the processes of ${printable(home).replaceAll("%", "%%")}`],
        ...(isSystem ? [["After", "network.target"] as const] : []),
        // Ten deaths within a minute, and it is not the death of one daemon any more.
        ["StartLimitIntervalSec", "60s"],
        ["StartLimitBurst", "10"],
      ],
    ],
    [
      "Service",
      [
        ["Type", "exec"],
        ...(isSystem ? [["User", user] as const] : []),
        ...Object.entries(environment).map(
          ([key, value]) => ["Environment", word(`${key}=${value}`)] as const,
        ),
        ["ExecStart", lineOf(daemon)],
        // A resurrection that fails is no reason to end what runs.
        ["ExecStartPost", `-${lineOf(resurrect)}`],
        ...SURVIVAL,
        ["SyslogIdentifier", name],
      ],
    ],
    ["Install", [["WantedBy", targetOf(plan)]]],
  ]);
}

/** What keeps the processes alive when the daemon is not, and lets it end them itself when it is told to. */
const SURVIVAL: readonly Setting[] = [
  // Only the daemon is signalled. It stops every process in order when it is asked to end, and when it dies otherwise
  // they run on until the next one takes them up; any other mode kills them with it.
  ["KillMode", "process"],
  ["Restart", "on-failure"],
  ["RestartSec", "200ms"],
  // Another daemon serves the home already.
  ["SuccessExitStatus", String(EXIT_LOCKED)],
  ["RestartPreventExitStatus", String(EXIT_LOCKED)],
  ["TimeoutStopSec", "2min"],
  // Killed for want of memory, a process is restarted by its own policy; systemd would end the daemon for it.
  ["OOMPolicy", "continue"],
  // A control group for each process; and what limits services limits all the processes together here.
  ["Delegate", "yes"],
  ["TasksMax", "infinity"],
];

function unitDirectory({ scope, configDirectory }: BootPlan): string {
  return scope === "system" ? "/etc/systemd/system" : join(configDirectory, "systemd", "user");
}

const targetOf = ({ scope }: BootPlan): string =>
  scope === "system" ? "multi-user.target" : "default.target";

const unitOf = ({ name }: BootPlan): string => `${name}.service`;

const systemctl = ({ scope }: BootPlan): string[] =>
  scope === "system" ? ["systemctl"] : ["systemctl", "--user"];

const lineOf = ([program = "", ...args]: readonly string[]): string => commandLine(program, args);

/** The user's manager starts with the machine, and does not end with the last session; loginctl(1). */
const lingers = ({ user }: BootPlan): boolean => existsSync(`/var/lib/systemd/linger/${user}`);
