/** The table of commands: what each is for, and how to load it. Only the one that runs is loaded. */

import { fail } from "../model/errors.ts";
import { nearest } from "../model/nearest.ts";
import type { Command } from "./command.ts";

export interface Entry {
  readonly summary: string;
  readonly aliases?: readonly string[];
  readonly load: () => Promise<{ readonly command: Command }>;
}

/** Under the headings that help and the manual page have them. */
export const HEADINGS: Readonly<Record<string, Readonly<Record<string, Entry>>>> = {
  "Start and stop": {
    up: { summary: "start a project's processes", load: () => import("./commands/up.ts") },
    down: {
      summary: "stop a project's processes and forget them",
      load: () => import("./commands/down.ts"),
    },
    start: { summary: "start processes", load: () => import("./commands/start.ts") },
    stop: { summary: "stop processes", load: () => import("./commands/stop.ts") },
    restart: {
      summary: "stop processes and start them",
      load: () => import("./commands/restart.ts"),
    },
    reload: {
      summary: "replace processes without a gap",
      load: () => import("./commands/reload.ts"),
    },
    kill: { summary: "kill processes at once", load: () => import("./commands/kill.ts") },
    run: { summary: "run a command as a process", load: () => import("./commands/run.ts") },
    exec: {
      summary: "run a command while processes are up",
      load: () => import("./commands/exec.ts"),
    },
    signal: { summary: "send processes a signal", load: () => import("./commands/signal.ts") },
    reset: { summary: "clear restart counters", load: () => import("./commands/reset.ts") },
  },
  Look: {
    ls: {
      summary: "list processes and their states",
      aliases: ["ps", "list", "status"],
      load: () => import("./commands/ls.ts"),
    },
    inspect: {
      summary: "show everything about one process",
      aliases: ["show", "describe"],
      load: () => import("./commands/inspect.ts"),
    },
    why: { summary: "say why a process is in its state", load: () => import("./commands/why.ts") },
    stats: { summary: "show what processes use", load: () => import("./commands/stats.ts") },
    top: {
      summary: "watch processes and their logs, live, and act on them",
      aliases: ["monit"],
      load: () => import("./commands/top.ts"),
    },
    metrics: {
      summary: "write metrics for Prometheus",
      load: () => import("./commands/metrics.ts"),
    },
    graph: {
      summary: "show what depends on what, and where start-up time went",
      load: () => import("./commands/graph.ts"),
    },
    events: { summary: "show what happened", load: () => import("./commands/events.ts") },
    alerts: { summary: "show what is alerting now", load: () => import("./commands/alerts.ts") },
    health: {
      summary: "say whether all that is meant to be up is ready and well",
      load: () => import("./commands/health.ts"),
    },
    wait: {
      summary: "wait until processes have come to a state",
      load: () => import("./commands/wait.ts"),
    },
  },
  Logs: {
    logs: { summary: "show what processes write", load: () => import("./commands/logs.ts") },
    capture: {
      summary: "keep what comes through a pipe as a log",
      load: () => import("./commands/capture.ts"),
    },
    flush: { summary: "empty log files", load: () => import("./commands/flush.ts") },
  },
  "Terminals and input": {
    attach: {
      summary: "use the terminal of a process",
      load: () => import("./commands/attach.ts"),
    },
    send: {
      summary: "write a line to the input of processes",
      load: () => import("./commands/send.ts"),
    },
  },
  Configuration: {
    init: {
      summary: "write a configuration to begin with",
      load: () => import("./commands/init.ts"),
    },
    config: {
      summary: "check, show, describe and import the configuration",
      load: () => import("./commands/config.ts"),
    },
    export: {
      summary: "write the project in the format of another tool",
      load: () => import("./commands/export.ts"),
    },
    apply: {
      summary: "bring what runs in line with the edited configuration",
      load: () => import("./commands/apply.ts"),
    },
    set: {
      summary: "change values of a process's configuration while it runs",
      load: () => import("./commands/set.ts"),
    },
    scale: { summary: "change how many instances run", load: () => import("./commands/scale.ts") },
  },
  "What runs already": {
    discover: {
      summary: "show processes that look like servers and are not managed",
      load: () => import("./commands/discover.ts"),
    },
    adopt: {
      summary: "take over a process that runs already",
      load: () => import("./commands/adopt.ts"),
    },
    port: { summary: "show who listens on a TCP port", load: () => import("./commands/port.ts") },
    orphans: {
      summary: "show what is left of runs that are over",
      load: () => import("./commands/orphans.ts"),
    },
  },
  "In a browser, and for programs": {
    dash: { summary: "open the dashboard in a browser", load: () => import("./commands/dash.ts") },
    mcp: {
      summary: "serve agents: the Model Context Protocol on standard input and output",
      load: () => import("./commands/mcp.ts"),
    },
  },
  Reboots: {
    save: {
      summary: "pin what is up as what comes back after a reboot",
      load: () => import("./commands/save.ts"),
    },
    resurrect: {
      summary: "start what was up before a reboot, or what was saved",
      load: () => import("./commands/resurrect.ts"),
    },
    startup: {
      summary: "start the daemon, and what is to come back, with the machine",
      load: () => import("./commands/startup.ts"),
    },
  },
  "procman itself": {
    daemon: {
      summary: "the daemon: start, stop, restart, status, logs",
      load: () => import("./commands/daemon.ts"),
    },
    doctor: {
      summary: "find what is wrong with procman here, each with what to do about it",
      load: () => import("./commands/doctor.ts"),
    },
    completion: {
      summary: "write the script that completes procman in a shell",
      load: () => import("./commands/completion.ts"),
    },
  },
};

export const COMMANDS: Readonly<Record<string, Entry>> = Object.fromEntries(
  Object.values(HEADINGS).flatMap((entries) => Object.entries(entries)),
);

export interface CommandLine {
  readonly name: string | null;
  /** Everything but the command's name. */
  readonly args: readonly string[];
  readonly wantsHelp: boolean;
  readonly wantsVersion: boolean;
}

/** Global flags that take a value and may stand before the command. */
const VALUED = new Set([
  "-f",
  "--file",
  "-C",
  "--directory",
  "-p",
  "--project",
  "--profile",
  "--home",
]);

const LONG: Readonly<Record<string, string>> = {
  "-f": "--file",
  "-C": "--directory",
  "-p": "--project",
};

export function splitCommandLine(args: readonly string[]): CommandLine {
  const separator = args.indexOf("--");
  const own = separator < 0 ? args : args.slice(0, separator);
  let at = 0;
  while (at < own.length && own[at]?.startsWith("-") === true) {
    at += VALUED.has(own[at] ?? "") ? 2 : 1;
  }
  const first = own[at] ?? null;
  const name = first === "help" ? (own[at + 1] ?? null) : first;
  return {
    name,
    args: args
      // Before the command's name short flags are everybody's; after it a command may have its own.
      .map((arg, index) => (index < at ? (LONG[arg] ?? arg) : arg))
      .filter((_, index) => index !== at && !(first === "help" && index === at + 1)),
    wantsHelp: first === "help" || own.includes("--help") || own.includes("-h"),
    wantsVersion:
      own.includes("--version") || (first === null && own.some((it) => /^-[vV]$/.test(it))),
  };
}

export async function findCommand(name: string): Promise<Command> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : byAlias(name);
  if (entry !== undefined) return (await entry.load()).command;
  const similar = Object.hasOwn(HABITS, name) ? HABITS[name] : similarCommand(name);
  const hint =
    similar === undefined
      ? "'procman --help' lists commands and topics."
      : `Did you mean 'procman ${similar}'?`;
  return fail("USAGE", `Cannot understand '${name}': there is no such command`, hint);
}

/** What other tools call it. */
const HABITS: Readonly<Record<string, string>> = {
  delete: "down NAME",
  rm: "down NAME",
  remove: "down NAME",
  info: "inspect NAME",
  version: "--version",
  dashboard: "dash",
  web: "dash",
  jlist: "ls --json",
  env: "inspect NAME --env",
  compose: "up",
  dump: "save",
  unstartup: "startup uninstall",
  tail: "logs -f",
};

/** Ends something: proposed only for what begins like it, so that no slip of a reader becomes a stop. */
const ENDING = new Set(["down", "stop", "kill", "restart", "reset"]);

function similarCommand(name: string): string | undefined {
  const names = Object.entries(COMMANDS).flatMap(([key, { aliases }]) => [key, ...(aliases ?? [])]);
  const offered = names.filter((it) => !ENDING.has(it) || it[0] === name[0]);
  return nearest(name, offered) ?? undefined;
}

function byAlias(name: string): Entry | undefined {
  return Object.values(COMMANDS).find(({ aliases }) => aliases?.includes(name) === true);
}
