/** What could stand at the end of a command line: asked for by the scripts of `procman completion` at each press of the
 *  key, so it loads the declaration of one command and a page of the registry, and nothing else. */

import { resolve } from "node:path";
import type { ArgDef, ArgsDef } from "citty";
import { homePath } from "../../client/paths.ts";
import { allFlags } from "../arguments.ts";
import type { Command } from "../command.ts";
import { COMMANDS, findCommand } from "../commands.ts";
import { descriptionOf, longOf } from "../help/flag-rows.ts";
import { TOPICS } from "../help/topics.ts";
import { writeAll } from "../output.ts";
import { knownNames, projectsAt } from "./known-names.ts";
import { targetCandidates, type Candidate } from "./targets.ts";

/** Instead of candidates: the shell's own, of files or of directories. */
type Completion = readonly Candidate[] | ":files" | ":directories";

/** `args`: the words after `procman` up to the cursor, the last of them perhaps empty. Writes one candidate a line with
 *  its description behind a tab, or what the shell is to complete by itself. A fault is silent: nobody asked. */
export async function printCandidates(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const words = args[0] === "--" ? args.slice(1) : args;
  const completion = await completionOf(words, env).catch(() => []);
  if (typeof completion === "string") {
    writeAll(1, `${completion}\n`);
    return 0;
  }
  const last = words.at(-1) ?? "";
  const fitting = completion.filter(([value]) => value.startsWith(last));
  writeAll(1, fitting.map(([value, about]) => `${value}\t${oneLine(about)}\n`).join(""));
  return 0;
}

interface Line {
  /** Null while the command is yet to be named. */
  readonly command: Command | null;
  readonly name: string | null;
  /** Words of the command that are no flags, before the last. */
  readonly words: readonly string[];
  /** The flag that the last word is the value of. */
  readonly flag: Flag | null;
  readonly isAfterSeparator: boolean;
  /** Values of flags that bear on names. */
  readonly given: Readonly<Record<string, string>>;
}

interface Flag {
  readonly name: string;
  readonly definition: ArgDef;
}

async function completionOf(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Completion> {
  const line = await read(words.slice(0, -1));
  const last = words.at(-1) ?? "";
  if (line.isAfterSeparator) return ":files";
  const flags = allFlags(line.command?.flags ?? {});
  const directory = resolve(line.given["directory"] ?? ".");
  const projects = () => knownNames(homePath(env, line.given["home"] ?? null));
  const names = () => {
    const all = projects();
    const named = line.given["project"];
    const here =
      named === undefined ? projectsAt(all, directory) : all.filter((it) => it.name === named);
    return { all, here };
  };
  if (line.flag !== null) return valuesOf(line.flag, names);
  const inline = /^(--[^=]+=)/.exec(last)?.[1];
  if (inline !== undefined) {
    const flag = flagOf(inline.slice(0, -1), flags);
    const values = flag === null ? [] : valuesOf(flag, names);
    return typeof values === "string"
      ? values
      : values.map(([value, about]) => [inline + value, about]);
  }
  if (last.startsWith("-")) return flagCandidates(flags);
  if (line.name === "help") return [...commandCandidates(), ...topicCandidates()];
  if (line.name === null) return [...commandCandidates(), ["help", "explain a command or a topic"]];
  return line.command === null ? [] : wordCandidates(line.command, line.words, last, names);
}

type Names = () => Parameters<typeof targetCandidates>[1];

/** Everything before the last word, read as leniently as it can be: it is not finished. */
async function read(words: readonly string[]): Promise<Line> {
  const given: Record<string, string> = {};
  const found: string[] = [];
  let name: string | null = null;
  let command: Command | null = null;
  let flag: Flag | null = null;
  for (const word of words) {
    if (flag !== null) {
      given[flag.name] = word;
      flag = null;
    } else if (word === "--") {
      return { command, name, words: found, flag, given, isAfterSeparator: true };
    } else if (word.startsWith("-")) {
      const [text = "", value] = word.split(/=(.*)/s);
      const named = flagOf(text, allFlags(command?.flags ?? {}));
      if (named !== null && takesValue(named) && value === undefined) flag = named;
      else if (named !== null && value !== undefined) given[named.name] = value;
    } else if (name === null) {
      name = word;
      // What is no command has no flags; what follows it can still be a file.
      command = await findCommand(word).catch(() => null);
    } else found.push(word);
  }
  return { command, name, words: found, flag, given, isAfterSeparator: false };
}

function flagOf(text: string, flags: ArgsDef): Flag | null {
  const found = Object.entries(flags).find(([name, definition]) => {
    const alias = "alias" in definition ? (definition.alias ?? []) : [];
    return text === `--${name}` || [alias].flat().some((short) => text === `-${short}`);
  });
  return found === undefined ? null : { name: found[0], definition: found[1] };
}

function takesValue({ definition }: Flag): boolean {
  return definition.type === "string" || definition.type === "enum";
}

function valuesOf({ name, definition }: Flag, names: Names): Completion {
  if (definition.type === "enum") return (definition.options ?? []).map((it) => [it, ""] as const);
  const hint = "valueHint" in definition ? (definition.valueHint ?? "") : "";
  if (name === "project") return names().all.map((it) => [it.name, it.directory] as const);
  if (name === "profile") {
    return names().here.flatMap(({ spec }) =>
      (spec.profileNames ?? []).map((it) => [it, "profile"] as const),
    );
  }
  if (hint === "DIR") return ":directories";
  if (hint.includes("FILE") || hint.includes("DIR")) return ":files";
  // `a|b|NAME`: words that stand for themselves, and names of processes.
  const words = hint.split("|").filter((it) => /^[a-z-]+$/.test(it) && hint.includes("|"));
  const processes =
    /\b(NAME|TARGET)\b/.test(hint) && name !== "name" ? targetCandidates("", names()) : [];
  return [...words.map((it) => [it, ""] as const), ...processes];
}

function flagCandidates(flags: ArgsDef): readonly Candidate[] {
  return Object.entries(flags).map(([name, definition]) => [
    longOf(name, definition),
    descriptionOf(definition),
  ]);
}

function commandCandidates(): readonly Candidate[] {
  return Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary]);
}

function topicCandidates(): readonly Candidate[] {
  return Object.entries(TOPICS).map(([name, { summary }]) => [name, summary]);
}

/** By the usage that `--help` shows: `start|stop` are words, `TARGET` and `NAME` names of processes, `SIGNAL` comes
 *  before them. */
function wordCandidates(
  { usage }: Command,
  before: readonly string[],
  last: string,
  names: Names,
): Completion {
  const bare = usage.replaceAll(/\[-[^\]]*\]/g, "");
  const literals = bare.match(/(?<![\w-])[a-z][a-z-]*(?![\w-])/g) ?? [];
  if (literals.length > 0 && before.length === 0) return literals.map((it) => [it, ""] as const);
  if (/^SIGNAL\b/.test(bare) && before.length === 0) return SIGNALS.map((it) => [it, ""] as const);
  if (/\bFILE\b/.test(bare) && (literals.length === 0 || before[0] === "import")) return ":files";
  const takesNames =
    /\b(TARGET|NAME)\b/.test(bare) && (literals.length === 0 || before[0] === "show");
  if (!takesNames) return [];
  const found = targetCandidates(last, names());
  const single = /\bNAME\b(?!…)/.test(bare) && !bare.includes("NAME=");
  if (single && before.length > 0) return [];
  if (!bare.includes("NAME=")) return found;
  return found
    .filter(([name]) => /^[\w-]+$/.test(name))
    .map(([name, about]) => [`${name}=`, about]);
}

/** Those that mean something to programs. */
const SIGNALS = ["HUP", "INT", "QUIT", "KILL", "USR1", "USR2", "TERM", "CONT", "STOP", "WINCH"];

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
