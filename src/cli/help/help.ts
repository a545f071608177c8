/** Help, made from the declarations of the commands. */

import { join } from "node:path";
import { PAGES } from "../../programs.ts";
import { VERSION } from "../../protocol/version.ts";
import { GLOBAL_FLAGS } from "../arguments.ts";
import type { Command } from "../command.ts";
import { findCommand, HEADINGS } from "../commands.ts";
import { columns } from "./columns.ts";
import { alsoTaken, flagRows } from "./flag-rows.ts";
import { type Topic, TOPICS } from "./topics.ts";

export function overview(): string {
  return [
    `procman ${VERSION}: runs the processes of a project, keeps them running, and tells about them`,
    "",
    "Usage: procman COMMAND [targets] [flags]",
    "",
    ...commandRows(),
    "",
    "A target is a process (api), an instance (api.2), a group (@backend), a glob (web-*), all, a pid,",
    "or any of these in another project (shop/api).",
    "",
    "Flags of every command:",
    ...columns(flagRows(GLOBAL_FLAGS)),
    "",
    "Topics, explained by 'procman help TOPIC':",
    ...columns(Object.entries(TOPICS).map(([name, { summary }]) => [name, summary])),
    "",
    "Examples:",
    ...columns([
      ["procman up -d --wait", "start everything, and return when it is ready"],
      ["procman logs -f api", "follow what api writes"],
      ["procman COMMAND --help", "what a command takes"],
    ]),
  ].join("\n");
}

/** Under their headings, all in the same two columns. */
function commandRows(): string[] {
  const headings = Object.entries(HEADINGS).map(([heading, entries]) => {
    const rows = Object.entries(entries).map(([name, { summary, aliases }]) => {
      const also = aliases === undefined ? "" : ` (also ${aliases.join(", ")})`;
      return [name, summary + also] as const;
    });
    return { heading, rows };
  });
  const lines = columns(headings.flatMap(({ rows }) => rows));
  return headings.flatMap(({ heading, rows }, at) => [
    ...(at === 0 ? [] : [""]),
    `${heading}:`,
    ...lines.splice(0, rows.length),
  ]);
}

/** Of a command, or of a topic. */
export async function helpAbout(name: string): Promise<string> {
  const topic = Object.hasOwn(TOPICS, name) ? TOPICS[name] : undefined;
  return topic === undefined ? helpOf(name, await findCommand(name)) : helpOnTopic(name, topic);
}

function helpOf(name: string, command: Command): string {
  const own = flagRows(command.flags);
  return [
    `procman ${name}: ${command.summary}`,
    "",
    `Usage: procman ${name} ${command.usage}`.trimEnd(),
    ...(command.details === undefined ? [] : ["", command.details.trim()]),
    ...(own.length === 0 ? [] : ["", "Flags:", ...columns(own)]),
    "",
    `Also: ${alsoTaken(command.flags)} ('procman help' says what they do)`,
    "",
    "Examples:",
    ...columns(command.examples),
  ].join("\n");
}

async function helpOnTopic(name: string, topic: Topic): Promise<string> {
  return [
    `procman help ${name}: ${topic.summary}`,
    "",
    await topic.text(),
    "",
    `More: ${join(PAGES, topic.page)}`,
  ].join("\n");
}
