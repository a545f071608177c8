/** `procman daemon start|stop|restart|status|logs`. */

import { ago } from "../../model/ago.ts";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { NoDaemonError } from "../../client/connection.ts";
import { isOlder } from "../../client/release.ts";
import { hasSomethingUp } from "../../client/registry-peek.ts";
import { EXIT, fail } from "../../model/errors.ts";
import type { Command, CommandContext } from "../command.ts";
import { countOf } from "../count-of.ts";
import { durationFlag } from "./targets.ts";

/** Within that long a daemon that was killed is there again. */
const REVIVAL_MS = 1_000;

type Action = (context: CommandContext) => Promise<number>;

/** `--listen` of one that is to listen no longer. */
const NOWHERE = "off";

const ACTIONS: Readonly<Record<string, Action>> = { start, stop, restart, status, logs };

export const command: Command = {
  usage: "start|stop|restart|status|logs",
  summary: "the daemon that runs the processes",
  details: `start    starts it, if it does not run: other commands do so by themselves; with --listen it takes HTTP on a TCP
         port too, until it is stopped
stop     stops every process first, then the daemon; with --leave-running only the daemon
restart  replaces its program in place; processes go on, none is restarted
status   says whether it runs; exits with 4 when it does not
logs     shows the end of daemon.log`,
  flags: {
    listen: {
      type: "string",
      description: "start: HTTP on a port of this machine (127.0.0.1:4000, 4000, 0; off ends it)",
      valueHint: "HOST:PORT",
    },
    expose: { type: "boolean", description: "start: with --listen, other machines may come" },
    "leave-running": { type: "boolean", description: "stop: leave the processes running" },
    timeout: {
      type: "string",
      description: "stop: grace before SIGKILL, D like 500ms, 30s, 2m",
      valueHint: "D",
    },
    lines: { type: "string", alias: "n", description: "logs: how many lines (50)", valueHint: "N" },
  },
  examples: [
    ["procman daemon status", "is it there, since when, how many processes"],
    ["procman daemon start --listen 127.0.0.1:4000", "HTTP for browsers and scripts"],
    ["procman daemon restart", "after an upgrade of procman: nothing that runs notices"],
  ],
  async run(context) {
    const [name = "status", ...more] = context.args.words;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined || more.length > 0) {
      const hint = `It is one of ${Object.keys(ACTIONS).join(", ")}.`;
      return fail("USAGE", `Cannot understand 'daemon ${context.args.words.join(" ")}'`, hint);
    }
    return action(context);
  },
};

async function start(context: CommandContext): Promise<number> {
  const { client, args } = context;
  const given = args.text("listen");
  const expose = args.isSet("expose");
  if (given === null && expose) {
    fail("USAGE", "Cannot use --expose alone: it goes with --listen");
  }
  const address = given === NOWHERE ? null : given;
  if (given !== null) await client.change("listen", { address, expose });
  const found = await client.change("daemon-status", {});
  if (context.json) context.print(JSON.stringify(found));
  context.say(`The daemon of ${found.home} runs (pid ${found.pid}).`);
  const { listening } = found;
  if (given !== null && listening !== null && listening !== undefined) {
    context.say(`It listens on ${listening.url}; the token is in ${listening.tokenFile}.`);
  }
  return EXIT.ok;
}

async function stop(context: CommandContext): Promise<number> {
  const { client, args } = context;
  // One that its keeper starts again is waited for, so that the keeper ends with it.
  const running = await client.askUnlessStopped("daemon-status", {}, REVIVAL_MS);
  if (running === null && client.isStopped() && !hasSomethingUp(client.home)) {
    if (context.json) context.print(JSON.stringify([]));
    context.say("No daemon runs.");
    return EXIT.ok;
  }
  const input = {
    leaveRunning: args.isSet("leave-running"),
    timeoutMs: durationFlag(context, "timeout"),
  };
  // With the keeper gone too, only a daemon of our own can stop what was left running.
  const { pid } = running ?? (await client.change("daemon-status", {}));
  const { results } = await client.change("daemon-stop", input);
  await untilGone(context, pid);
  if (context.json) context.print(JSON.stringify(results));
  const count = countOf(results.length, "process", "processes");
  context.say(`Stopped ${count} and the daemon (pid ${pid}).`);
  return EXIT.ok;
}

async function restart(context: CommandContext): Promise<number> {
  const { client } = context;
  const before = await client.change("daemon-status", {});
  // Restarted once more is as good as once: another one may have been asked for at the same time.
  const { daemonProgram } = await import("../../client/start-daemon.ts");
  await client.change("daemon-restart", isOlder(before) ? { command: daemonProgram() } : {});
  for (;;) {
    const after = await client.change("daemon-status", {});
    if (after.startedAt !== before.startedAt) {
      if (context.json) context.print(JSON.stringify(after));
      context.say(`The daemon was restarted in place (pid ${after.pid}).`);
      return EXIT.ok;
    }
    await Bun.sleep(10);
  }
}

async function status(context: CommandContext): Promise<number> {
  const found = await context.client.ask("daemon-status", {});
  if (context.json) context.print(JSON.stringify(found));
  if (found === null) {
    if (!context.json) context.print(`No daemon runs for ${context.client.home}.`);
    return EXIT.noDaemon;
  }
  if (context.json) return EXIT.ok;
  const counts = Object.entries(found.instances).map(([state, count]) => `${count} ${state}`);
  const rows = [
    ["pid", String(found.pid)],
    ["version", `${found.version} (Bun ${found.bunVersion})`],
    ["home", found.home],
    ["up", ago(Date.now() - Date.parse(found.startedAt))],
    ["projects", String(found.projects)],
    ["processes", counts.length === 0 ? "none" : counts.join(", ")],
  ];
  const { listening } = found;
  if (listening !== null && listening !== undefined) {
    const trouble = listening.trouble === null ? "" : ` (${listening.trouble})`;
    rows.push(["listens", `${listening.url}${trouble}`], ["token", listening.tokenFile]);
  }
  for (const [name, value] of rows) context.print(`${(name ?? "").padEnd(10)} ${value}`);
  return EXIT.ok;
}

async function logs(context: CommandContext): Promise<number> {
  const count = Number(context.args.text("lines") ?? "50");
  const path = join(context.client.home, "daemon.log");
  try {
    const lines = readFileSync(path, "utf8").trimEnd().split("\n").slice(-count);
    context.print(context.json ? JSON.stringify(lines) : lines.join("\n"));
    return EXIT.ok;
  } catch {
    return fail("DAEMON_UNREACHABLE", `Cannot show ${path}: no daemon has written it yet`);
  }
}

/** The daemon answers before it ends; the command returns when it has. */
async function untilGone({ client }: CommandContext, pid: number): Promise<void> {
  for (;;) {
    const found = await client.ask("daemon-status", {}).catch((error: unknown) => {
      if (error instanceof NoDaemonError) return null;
      throw error;
    });
    if (found?.pid !== pid && !isAlive(pid)) return;
    await Bun.sleep(5);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false; // No such process, or no /proc to ask: the socket is silent, that has to do.
  }
}
