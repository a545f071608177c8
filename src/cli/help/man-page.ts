/** The manual page procman(1), made from what `--help` and `help TOPIC` show; man(7). */

import { VERSION } from "../../protocol/version.ts";
import { GLOBAL_FLAGS } from "../arguments.ts";
import { type Entry, HEADINGS } from "../commands.ts";
import { flagRows } from "./flag-rows.ts";
import { TOPICS } from "./topics.ts";

export async function manPage(): Promise<string> {
  const commands = await Promise.all(
    Object.entries(HEADINGS).map(async ([heading, entries]) => [
      `.SH COMMANDS: ${escaped(heading).toUpperCase()}`,
      ...(await Promise.all(Object.entries(entries).map(commandSection))).flat(),
    ]),
  );
  const topics = await Promise.all(
    Object.entries(TOPICS).map(async ([name, topic]) => [
      `.SH ${escaped(`${name}: ${topic.summary}`).toUpperCase()}`,
      ...paragraphs(await topic.text()),
      `More: ${escaped(`docs/${topic.page}`)}`,
    ]),
  );
  const lines = [
    String.raw`.\" Made by docs/write-man-page.ts: change what it is made from.`,
    `.TH PROCMAN 1 "" "procman ${VERSION}" ""`,
    ".SH NAME",
    escaped("procman - runs the processes of a project, keeps them running, and tells about them"),
    ".SH SYNOPSIS",
    String.raw`.B procman`,
    String.raw`.I COMMAND`,
    "[targets] [flags]",
    ...commands.flat(),
    ".SH FLAGS OF EVERY COMMAND",
    ...flagLines(GLOBAL_FLAGS),
    ...topics.flat(),
    ".SH SEE ALSO",
    ".BR systemd.service (5),",
    ".BR launchd.plist (5)",
  ];
  return `${lines.join("\n")}\n`;
}

async function commandSection([name, entry]: readonly [string, Entry]): Promise<string[]> {
  const { command } = await entry.load();
  const also = entry.aliases === undefined ? [] : [`Also called ${entry.aliases.join(", ")}.`];
  return [
    `.SS ${escaped(`procman ${name} ${command.usage}`.trimEnd())}`,
    ...paragraphs([`${upperFirst(command.summary)}.`, ...also].join(" ")),
    ...(command.details === undefined ? [] : paragraphs(command.details.trim())),
    ...flagLines(command.flags),
    ...command.examples.flatMap(([line, does]) => [
      ".PP",
      String.raw`\fB${escaped(line)}\fR`,
      ".br",
      escaped(does),
    ]),
  ];
}

function flagLines(flags: Parameters<typeof flagRows>[0]): string[] {
  return flagRows(flags).flatMap(([flag, does]) => [
    ".TP",
    String.raw`\fB${escaped(flag.trim())}\fR`,
    escaped(does),
  ]);
}

/** Blank lines divide paragraphs. What is indented, or stands in columns, is left as it is. */
function paragraphs(text: string): string[] {
  const lines: string[] = [".PP"];
  let isVerbatim = false;
  for (const line of text.split("\n")) {
    const verbatim = /^ {2}/.test(line) || /^\S+(?: \S+)? {2,}\S/.test(line);
    if (verbatim !== isVerbatim) lines.push(...(verbatim ? [".RS 2", ".nf"] : [".fi", ".RE"]));
    isVerbatim = verbatim;
    if (line.trim() !== "") lines.push(escaped(line.replace(/^ {2}/, "")));
    else if (lines.at(-1) !== ".PP") lines.push(".PP");
  }
  return isVerbatim ? [...lines, ".fi", ".RE"] : lines;
}

/** A backslash and a hyphen have a meaning in troff, and so do a point and an apostrophe at the begin of a line. */
function escaped(text: string): string {
  const inner = text.replaceAll("\\", String.raw`\e`).replaceAll("-", String.raw`\-`);
  return inner
    .replace(/^(?=[.'])/, String.raw`\&`)
    .replaceAll(
      /[^ -~]/gu,
      (char) => `\\[u${char.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`,
    );
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
