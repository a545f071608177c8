/** What `procman help TOPIC` explains. The texts are files beside this one, loaded when they are asked for; lines that
 *  begin with two blanks are shown as they are. */

import { EXIT } from "../../model/errors.ts";
import { columns } from "./columns.ts";

export interface Topic {
  readonly summary: string;
  /** The page of docs/ that tells more. */
  readonly page: string;
  text(): Promise<string>;
}

export const TOPICS: Readonly<Record<string, Topic>> = {
  targets: {
    summary: "how processes are named",
    page: "configuration.md",
    text: () => read(import("./topics/targets.txt")),
  },
  states: {
    summary: "what the states mean, and how to follow them",
    page: "doctor.md",
    text: () => read(import("./topics/states.txt")),
  },
  configuration: {
    summary: "where a project is described",
    page: "configuration.md",
    text: () => read(import("./topics/configuration.txt")),
  },
  environment: {
    summary: "variables of processes, and of procman",
    page: "configuration.md",
    text: () => read(import("./topics/environment.txt")),
  },
  dependencies: {
    summary: "order, readiness and waiting",
    page: "configuration.md",
    text: () => read(import("./topics/dependencies.txt")),
  },
  restarts: {
    summary: "when a process is started again, and when no more",
    page: "configuration.md",
    text: () => read(import("./topics/restarts.txt")),
  },
  probes: {
    summary: "when a process is ready, and whether it is well",
    page: "health.md",
    text: () => read(import("./topics/probes.txt")),
  },
  schedules: {
    summary: "what is run or restarted by the clock",
    page: "schedules.md",
    text: () => read(import("./topics/schedules.txt")),
  },
  recovery: {
    summary: "groups that are restarted together, fallbacks, going on without",
    page: "recovery.md",
    text: () => read(import("./topics/recovery.txt")),
  },
  output: {
    summary: "what processes write: seeing, searching, keeping",
    page: "logs.md",
    text: () => read(import("./topics/output.txt")),
  },
  boot: {
    summary: "what comes back after a reboot",
    page: "boot.md",
    text: () => read(import("./topics/boot.txt")),
  },
  files: {
    summary: "the daemon and its home",
    page: "log-files.md",
    text: () => read(import("./topics/files.txt")),
  },
  scripts: {
    summary: "JSON, waiting, exit statuses",
    page: "ci.md",
    text: async () => `${await read(import("./topics/scripts.txt"))}\n\n${exitStatuses()}`,
  },
  trouble: {
    summary: "what to do when something is odd",
    page: "doctor.md",
    text: () => read(import("./topics/trouble.txt")),
  },
};

/** One line a status, from the table that commands end by. */
function exitStatuses(): string {
  const meanings: Readonly<Record<keyof typeof EXIT, string>> = {
    ok: "done",
    failed: "it failed",
    usage: "usage or configuration",
    notFound: "no such process or project",
    noDaemon: "a daemon should answer and does not",
    timeout: "timed out",
    notExecutable: "the command is not executable",
    commandNotFound: "the command is not found",
    interrupted: "Ctrl-C; 128+N in general, when signal N ended it",
  };
  const rows = Object.entries(meanings).map(([name, meaning]) => {
    return [String(EXIT[name as keyof typeof EXIT]).padStart(3), meaning] as const;
  });
  return columns(rows).join("\n");
}

async function read(file: Promise<{ readonly default: string }>): Promise<string> {
  return (await file).default.trimEnd();
}
