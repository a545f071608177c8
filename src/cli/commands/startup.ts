/** `procman startup install|uninstall|status`. */

import { mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { EXIT, fail } from "../../model/errors.ts";
import type { Command, CommandContext } from "../command.ts";
import { writeAll } from "../output.ts";
import { bootPlan, type BootPlan } from "../startup/boot-plan.ts";
import type { BootService, BootUnit } from "../startup/boot-service.ts";
import { launchd } from "../startup/launchd.ts";
import { systemd } from "../startup/systemd.ts";

type Action = (context: CommandContext, boot: Boot) => Promise<number>;

interface Boot {
  readonly service: BootService;
  readonly plan: BootPlan;
  readonly unit: BootUnit;
}

const ACTIONS: Readonly<Record<string, Action>> = { install, uninstall, status };

export const command: Command = {
  usage: "install|uninstall|status",
  summary: "start the daemon, and what is to come back, with the machine",
  details: `install    writes the unit, of systemd or launchd, that starts the daemon of this home and runs 'procman resurrect'
uninstall  removes it; what runs goes on running
status     says what is installed, and whether it starts with the machine; exits with 1 when it does not
Neither starts nor stops anything now. The unit is the user's own; with --system it is the machine's, for which you have
to be root, and the daemon runs as the user who called sudo, or as --user.`,
  flags: {
    system: {
      type: "boolean",
      description: "a unit of the machine, not of the user's own",
    },
    user: {
      type: "string",
      description: "with --system: whom the daemon runs as",
      valueHint: "NAME",
    },
    print: { type: "boolean", description: "install: write the unit to stdout, and nothing else" },
  },
  examples: [
    ["procman startup install", "what is up now is up after the next reboot"],
    ["procman startup install --print", "see the unit first"],
    ["sudo procman startup install --system", "without a session of yours, as on a server"],
  ],
  async run(context) {
    const [name = "status", ...more] = context.args.words;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined || more.length > 0) {
      const hint = `It is one of ${Object.keys(ACTIONS).join(", ")}.`;
      return fail("USAGE", `Cannot understand 'startup ${context.args.words.join(" ")}'`, hint);
    }
    const service = process.platform === "darwin" ? launchd : systemd;
    if (Bun.which(service.program, { PATH: context.env["PATH"] ?? "" }) === null) {
      return fail(
        "COMMAND_FAILED",
        "Cannot start procman with this machine: neither systemd nor launchd is here",
        "Let what starts your programs at boot run 'procman resurrect', as '@reboot procman resurrect' of cron does.",
      );
    }
    const plan = bootPlan(context);
    return action(context, { service, plan, unit: service.unit(plan) });
  },
};

async function install(context: CommandContext, boot: Boot): Promise<number> {
  const { plan, unit, service } = boot;
  if (context.args.isSet("print")) {
    writeAll(1, unit.text);
    return EXIT.ok;
  }
  refusePassing(plan);
  withRights(plan, unit.path, () => {
    mkdirSync(dirname(unit.path), { recursive: true });
    writeFileSync(unit.path, unit.text);
    if (unit.link === null) return;
    mkdirSync(dirname(unit.link), { recursive: true });
    rmSync(unit.link, { force: true });
    symlinkSync(unit.path, unit.link);
  });
  context.say(`Wrote ${unit.path}: it takes effect with the next start of the machine.`);
  for (const line of [service.reload(plan), service.startAtBoot(plan)]) {
    if (line !== null) tellFailure(context, line);
  }
  const found = await factsOf(context, boot);
  if (context.json) context.print(JSON.stringify(found));
  if (!found.startsAtBoot) context.say(`It starts when ${plan.user} logs in, not before.`);
  if (found.daemonPid !== null && found.underUnit !== true) {
    context.say(`The daemon that runs now was started by a command. To hand it over, with all that runs:
  ${service.handOver(plan)}`);
  }
  return EXIT.ok;
}

async function uninstall(context: CommandContext, boot: Boot): Promise<number> {
  const { unit, plan, service } = boot;
  const wasThere = read(unit.path) !== null;
  withRights(plan, unit.path, () => {
    if (unit.link !== null) rmSync(unit.link, { force: true });
    rmSync(unit.path, { force: true });
  });
  const reload = service.reload(plan);
  if (wasThere && reload !== null) tellFailure(context, reload);
  if (context.json) context.print(JSON.stringify(await factsOf(context, boot)));
  context.say(
    wasThere
      ? `Removed ${unit.path}. What runs goes on running.`
      : `There is nothing to remove: no ${unit.path}.`,
  );
  return EXIT.ok;
}

async function status(context: CommandContext, boot: Boot): Promise<number> {
  const { plan, unit } = boot;
  const found = await factsOf(context, boot);
  const code = found.installed && found.enabled && found.startsAtBoot ? EXIT.ok : EXIT.failed;
  if (context.json) {
    context.print(JSON.stringify(found));
    return code;
  }
  const rows = [
    [
      "unit",
      !found.installed
        ? `none ('procman startup install' writes ${unit.path})`
        : `${unit.path}${found.current ? "" : " (not as this version writes it: 'procman startup install' renews it)"}`,
    ],
    ["starts", startText(found, plan)],
    [
      "daemon",
      found.daemonPid === null
        ? "does not run"
        : `pid ${found.daemonPid}, ${found.underUnit === true ? "under the unit" : "started by a command"}`,
    ],
  ];
  for (const [name = "", text = ""] of rows) context.print(`${name.padEnd(7)} ${text}`);
  return code;
}

export interface StartupFacts {
  readonly service: string;
  readonly scope: "user" | "system";
  readonly path: string;
  readonly installed: boolean;
  /** The unit is as this version, at this place, writes it. */
  readonly current: boolean;
  readonly enabled: boolean;
  /** With the machine, not only with its user. */
  readonly startsAtBoot: boolean;
  readonly daemonPid: number | null;
  /** Null when no daemon runs. */
  readonly underUnit: boolean | null;
}

async function factsOf(
  context: CommandContext,
  { service, plan, unit }: Boot,
): Promise<StartupFacts> {
  const text = read(unit.path);
  const { client } = context;
  // That of another user does not answer to this one.
  const daemon = plan.home === client.home ? await client.ask("daemon-status", {}) : null;
  const isEnabled = unit.link === null || linkOf(unit.link) === unit.path;
  return {
    service: service.name,
    scope: plan.scope,
    path: unit.path,
    installed: text !== null,
    current: text === unit.text,
    enabled: text !== null && isEnabled,
    startsAtBoot: service.startsAtBoot(plan),
    daemonPid: daemon?.pid ?? null,
    underUnit: daemon === null ? null : answerOf(service.askPid(plan)) === String(daemon.pid),
  };
}

function startText({ installed, enabled, startsAtBoot }: StartupFacts, { user }: BootPlan): string {
  if (!installed || !enabled) return "never by itself";
  if (startsAtBoot) return "with the machine";
  return process.platform === "linux"
    ? `when ${user} logs in ('sudo loginctl enable-linger ${user}' makes that: with the machine)`
    : `when ${user} logs in (with --system: with the machine)`;
}

/** A unit must not point to what the next reboot takes away. */
function refusePassing({ resurrect }: BootPlan): void {
  const program = resurrect.find((it) => it.endsWith("main.ts")) ?? "";
  if (!/\/bunx-\d+-/.test(program)) return;
  fail(
    "COMMAND_FAILED",
    `Cannot start ${program} with the machine: bunx keeps it for a while only`,
    "Install procman first: 'bun add --global procman'.",
  );
}

function withRights({ scope }: BootPlan, path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const hint =
      scope === "system"
        ? "Units of the machine belong to root: call it with sudo, or leave --system out."
        : "See who owns that directory.";
    fail("PERMISSION_DENIED", `Cannot change ${path}: ${String(error)}`, hint);
  }
}

/** For the programs of the service, which answer at once or hang. */
const PATIENCE_MS = 10_000;

function tellFailure({ say }: CommandContext, line: readonly string[]): void {
  const { success, stderr } = Bun.spawnSync([...line], {
    stdout: "ignore",
    stderr: "pipe",
    timeout: PATIENCE_MS,
  });
  if (success) return;
  const [why = ""] = stderr.toString().trim().split("\n");
  say(`'${line.join(" ")}' failed${why === "" ? "" : `: ${why}`}`);
}

function answerOf(line: readonly string[]): string {
  return Bun.spawnSync([...line], { stderr: "ignore", timeout: PATIENCE_MS })
    .stdout.toString()
    .trim();
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null; // Not there, which is an answer.
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null; // No such link.
  }
}
