/** `procman events`. */

import { NoDaemonError } from "../../client/connection.ts";
import { fail, ProcmanError } from "../../model/errors.ts";
import { APP_MESSAGE, EVENT_TYPES } from "../../model/events.ts";
import { nearest } from "../../model/nearest.ts";
import type { WireEvent } from "../../protocol/shapes.ts";
import type { Command, CommandContext } from "../command.ts";
import { painter, wantsColor } from "../output.ts";
import { EventLines } from "../render/event-lines.ts";
import { terminalWidth } from "../terminal.ts";
import { timestampFlag } from "../timestamps.ts";

export const command: Command = {
  usage: "[TARGET…]",
  summary: "show what happened, and with -f what happens",
  details: `The last 50, unless other ones are asked for; times are local. With --json one document a line, with all that is
known of each event and times in UTC. Without targets also what concerns no process, as a changed configuration.`,
  flags: {
    follow: {
      type: "boolean",
      alias: "f",
      description: "go on with what happens (here -f is not --file)",
    },
    since: {
      type: "string",
      description: "a duration back from now, or a timestamp",
      valueHint: "T",
    },
    lines: {
      type: "string",
      alias: ["n", "tail"],
      description: "the last N (50; with --since or --after all)",
      valueHint: "N",
    },
    after: { type: "string", description: "events after that number", valueHint: "SEQ" },
    type: {
      type: "string",
      description: "only types that match; repeat to add",
      valueHint: "GLOB",
    },
    all: { type: "boolean", alias: "a", description: "of every project" },
  },
  examples: [
    ["procman events --since 10m", "what happened in the last ten minutes"],
    ["procman events api 'web-*' -n 10", "the last ten of some processes"],
    [
      "procman events -f --type 'process.*' --json",
      "lifecycle events as they come, one JSON a line",
    ],
  ],
  async run(context) {
    const { args, client, place } = context;
    const follow = args.isSet("follow");
    const types = typesOf(context);
    const sinceMs = timestampFlag(context, "since");
    let afterSeq = numberFlag(context, "after");
    const isAll = follow || sinceMs !== null || afterSeq !== null;
    const last = numberFlag(context, "lines") ?? (isAll ? null : USUAL_EVENTS);
    const { words: targets } = args;
    // A daemon of before does not know the word, and need not where nothing is named.
    const about = targets.length === 0 ? {} : { targets };
    const input = { ...place, all: args.isSet("all"), sinceMs, types, follow, ...about };
    // Reached first with a call that may start the daemon or say that there is none.
    const status = await client.look("daemon-status", {});
    if (status === null) return 0;
    const shown = context.json ? asJson(context) : await asText(context, input);
    let hasBegun = false;
    for (;;) {
      try {
        const asked = { ...input, afterSeq, last: hasBegun ? null : last };
        for await (const event of client.stream("events", asked, NEVER)) {
          hasBegun = true;
          afterSeq = event.seq;
          shown.take(event);
        }
        shown.end();
        return 0;
      } catch (error) {
        if (!(error instanceof NoDaemonError) || !follow) throw error;
        afterSeq ??= status.lastSeq;
        await client.look("daemon-status", {});
      }
    }
  },
};

const NEVER = new AbortController().signal;

const USUAL_EVENTS = 50;

/** Globs that match no event at all are slips. */
function typesOf({ args }: CommandContext): readonly string[] {
  const known = [...EVENT_TYPES, APP_MESSAGE, "events.missed"];
  for (const glob of args.texts("type")) {
    // What programs tell has the names that they give it.
    if (glob.startsWith("app.") || known.some((type) => new Bun.Glob(glob).match(type))) continue;
    const families = known.map((type) => type.replace(/\..*/, ".*"));
    const similar = nearest(glob, [...families, ...known]);
    const hint =
      similar === null
        ? `There is ${[...new Set(families)].join(", ")}.`
        : `Did you mean '${similar}'?`;
    fail("USAGE", `Cannot understand --type ${glob}: no type of event is called so`, hint);
  }
  return args.texts("type");
}

function numberFlag({ args }: CommandContext, flag: string): number | null {
  const text = args.text(flag);
  if (text === null) return null;
  return /^\d{1,15}$/.test(text)
    ? Number(text)
    : fail("USAGE", `Cannot understand --${flag} ${text}: it takes a number`);
}

/** What is done with events: each is taken, and after the last one there is an end. */
interface Shown {
  readonly take: (event: WireEvent) => void;
  readonly end: () => void;
}

function asJson({ print }: CommandContext): Shown {
  return { take: (event) => print(JSON.stringify(event)), end: () => {} };
}

/** In columns. What is there already is measured as a whole; what is to come, by the names that there are now. */
async function asText(
  { args, client, env, place, print }: CommandContext,
  { all, follow }: { readonly all: boolean; readonly follow: boolean },
): Promise<Shown> {
  const paint = painter(wantsColor(1, env, args.text("color")));
  const lines = new EventLines({ withProject: all, paint, width: terminalWidth() });
  const known = client.look("list", { ...place, targets: [], all }).catch((error: unknown) => {
    // What was forgotten has events all the same.
    if (error instanceof ProcmanError) return null;
    throw error;
  });
  for (const owner of (await known) ?? []) lines.expectName(owner);
  if (follow) return { take: (event) => print(lines.of(event, new Date())), end: () => {} };
  const events: WireEvent[] = [];
  return {
    take: (event) => events.push(event),
    end: () => {
      const now = new Date();
      for (const event of events) lines.expect(event, now);
      for (const event of events) print(lines.of(event, now));
    },
  };
}
