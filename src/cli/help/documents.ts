/** Help for programs: the same as JSON. */

import { VERSION } from "../../protocol/version.ts";
import { allFlags, GLOBAL_FLAGS } from "../arguments.ts";
import { findCommand, HEADINGS } from "../commands.ts";
import { flagDocuments } from "./flag-rows.ts";
import { TOPICS } from "./topics.ts";

export function overview(): string {
  const commands = Object.entries(HEADINGS).flatMap(([heading, entries]) =>
    Object.entries(entries).map(([name, { summary, aliases }]) => {
      return { name, heading, summary, aliases: aliases ?? [] };
    }),
  );
  const topics = Object.entries(TOPICS).map(([name, { summary }]) => ({ name, summary }));
  return JSON.stringify({ version: VERSION, commands, topics, flags: flagDocuments(GLOBAL_FLAGS) });
}

/** Of a command, or of a topic. */
export async function helpAbout(name: string): Promise<string> {
  const topic = Object.hasOwn(TOPICS, name) ? TOPICS[name] : undefined;
  if (topic !== undefined) {
    return JSON.stringify({ name, summary: topic.summary, text: await topic.text() });
  }
  const { usage, summary, details, flags, examples } = await findCommand(name);
  return JSON.stringify({
    name,
    usage: `procman ${name} ${usage}`.trimEnd(),
    summary,
    details: details?.trim() ?? null,
    flags: flagDocuments(allFlags(flags)),
    examples: examples.map(([line, does]) => ({ line, does })),
  });
}
