/** `procman doctor`. */

import { daemonCommand } from "../../client/start-daemon.ts";
import { EXIT } from "../../model/errors.ts";
import type { Diagnosis, Finding } from "../../protocol/shapes.ts";
import type { Command, CommandContext } from "../command.ts";
import { painter, wantsColor, type Color } from "../output.ts";

export const command: Command = {
  usage: "",
  summary: "find what is wrong with procman here, each with what to do about it",
  details: `It looks at versions, the home and its registry, the daemon and its socket, the limits of the machine (open files,
processes, pipes, inotify), control groups, and what earlier runs have left behind. It starts nothing and changes
nothing. Exits with 1 when something is in the way, with 0 when there are warnings at most.`,
  flags: {},
  examples: [
    ["procman doctor", "when something is odd, and after an installation"],
    ["procman doctor --json", "the same for a script, with a healthy of true or false"],
  ],
  async run(context) {
    const found = await diagnosis(context);
    if (context.json) context.print(JSON.stringify(found));
    else show(context, found);
    return found.healthy ? EXIT.ok : EXIT.failed;
  },
};

/** For the program that looks: it waits up to five seconds for a daemon that does not answer. */
const PATIENCE_MS = 20_000;

/** Asked of the daemon's own program, which sees what it would see. That it does not come up is a finding as well. */
async function diagnosis({ client }: CommandContext): Promise<Diagnosis> {
  const line = [...daemonCommand(client.home), "--diagnose"];
  try {
    const child = Bun.spawn(line, { stdio: ["ignore", "pipe", "pipe"], timeout: PATIENCE_MS });
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    if ((await child.exited) === 0) return JSON.parse(stdout) as Diagnosis;
    return broken(stderr.trim() === "" ? `it ended with ${child.exitCode}` : stderr.trim());
  } catch (error) {
    return broken(String(error));
  }
}

function broken(why: string): Diagnosis {
  const finding: Finding = {
    check: "program",
    level: "error",
    message: `the daemon's program does not work: ${why}`,
    fix: "Install procman anew: 'bun add --global procman'.",
  };
  return { healthy: false, findings: [finding] };
}

const MARKS: Readonly<Record<Finding["level"], readonly [mark: string, color: Color]>> = {
  ok: ["ok", "green"],
  warning: ["warning", "yellow"],
  error: ["error", "red"],
};

function show({ args, env, print, say }: CommandContext, { findings }: Diagnosis): void {
  const paint = painter(wantsColor(1, env, args.text("color")));
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { check, level, message, fix } of findings) {
    const [mark, color] = MARKS[level];
    print(`${paint(color, mark.padEnd(7))}  ${check.padEnd(width)}  ${message}`);
    if (fix !== null) print(`${" ".repeat(width + 11)}fix: ${fix}`);
  }
  const count = (level: Finding["level"]): number =>
    findings.filter((finding) => finding.level === level).length;
  const [errors, warnings] = [count("error"), count("warning")];
  if (errors + warnings === 0) say("Nothing is wrong.");
  else say(`${errors} in the way, ${warnings} to know of.`);
}
