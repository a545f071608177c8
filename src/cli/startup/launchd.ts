/** The property list for launchd; launchd.plist(5). */

import { join } from "node:path";
import type { BootPlan } from "./boot-plan.ts";
import type { BootService } from "./boot-service.ts";

export const launchd: BootService = {
  name: "launchd",
  program: "launchctl",
  unit: (plan) => ({
    path: join(directoryOf(plan), `${labelOf(plan)}.plist`),
    text: textOf(plan),
    link: null,
  }),
  reload: () => null,
  askPid: (plan) => [
    "/bin/sh",
    "-c",
    `launchctl print ${domainOf(plan)}/${labelOf(plan)} | sed -n 's/^[[:space:]]*pid = //p'`,
  ],
  startsAtBoot: ({ scope }) => scope === "system",
  startAtBoot: () => null,
  handOver: (plan) =>
    `procman daemon stop --leave-running && launchctl bootstrap ${domainOf(plan)} ${join(directoryOf(plan), `${labelOf(plan)}.plist`)}`,
};

type Value = string | number | boolean | readonly string[] | { readonly [key: string]: Value };

function textOf(plan: BootPlan): string {
  const { name, daemon, resurrect, environment, scope, user, userDirectory } = plan;
  const entries: Record<string, Value> = {
    Label: labelOf(plan),
    // launchd has no word for what is to be done once a job is up. The shell becomes the daemon, which is then the job.
    ProgramArguments: [
      "/bin/sh",
      "-c",
      `${resurrect.map(quoted).join(" ")} & exec ${daemon.map(quoted).join(" ")}`,
    ],
    EnvironmentVariables: { HOME: userDirectory, ...environment },
    ...(scope === "system" ? { UserName: user } : {}),
    RunAtLoad: true,
    // Not when it was told to end, which ends it with 0.
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 1,
    // The processes outlive the daemon; else launchd would kill those of its group.
    AbandonProcessGroup: true,
    ExitTimeOut: 120,
    ProcessType: "Interactive",
    WorkingDirectory: "/",
    // The home may not be there yet; the daemon has a log of its own in it, and this is for what it cannot write there.
    StandardErrorPath: join(
      scope === "system" ? "/" : userDirectory,
      "Library",
      "Logs",
      `${name}.log`,
    ),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    xml(entries),
    "</plist>",
    "",
  ].join("\n");
}

function xml(value: Value): string {
  if (typeof value === "boolean") return value ? "<true/>" : "<false/>";
  if (typeof value === "number") return `<integer>${value}</integer>`;
  if (typeof value === "string") return `<string>${escaped(value)}</string>`;
  if (Array.isArray(value)) {
    return ["<array>", ...(value as readonly string[]).map(xml), "</array>"].join("\n");
  }
  const entries = Object.entries(value as Readonly<Record<string, Value>>);
  const pairs = entries.flatMap(([key, it]) => [`<key>${escaped(key)}</key>`, xml(it)]);
  return ["<dict>", ...pairs, "</dict>"].join("\n");
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A word of the shell. */
const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

function directoryOf({ scope, userDirectory }: BootPlan): string {
  return scope === "system"
    ? "/Library/LaunchDaemons"
    : join(userDirectory, "Library", "LaunchAgents");
}

const labelOf = ({ name }: BootPlan): string => `dev.procman.${name}`;

const domainOf = ({ scope }: BootPlan): string =>
  scope === "system" ? "system" : `gui/${process.getuid?.() ?? 0}`;
