/** `procman signal`. */

import { constants } from "node:os";
import { fail } from "../../model/errors.ts";
import { nearest } from "../../model/nearest.ts";
import type { Command } from "../command.ts";
import { renderResults } from "../render/results.ts";

export const command: Command = {
  usage: "SIGNAL TARGET…",
  summary: "send processes a signal",
  details: `To every process of the group that each target leads. It is no stop: what ends of it, ends by itself, and its
restart policy decides. A signal is HUP, SIGHUP or 1. What does not run is passed over, as long as something does.`,
  flags: {},
  examples: [
    ["procman signal HUP api", "have api read its configuration again"],
    ["procman signal USR1 web-*", "the same signal for several"],
  ],
  async run(context) {
    const [name, ...targets] = context.args.words;
    if (name === undefined || targets.length === 0) {
      const hint = "First the signal, then whom it is for: 'procman signal HUP api'.";
      return fail("USAGE", "Cannot send a signal: no signal or no target was named", hint);
    }
    const signal = signalNamed(name, targets);
    const input = { ...context.place, targets, signal };
    const { results } = await context.client.change("signal", input, ONCE);
    return renderResults(context, results, `got ${signal}`);
  },
};

/** When the daemon dies meanwhile, nobody knows whether it was sent. */
const ONCE = { start: true, waits: true, repeatable: false };

/** The highest of Linux; the real-time signals have no names. */
const LAST_SIGNAL = 64;

function signalNamed(text: string, targets: readonly string[]): string {
  const found = knownSignal(text);
  if (found !== null) return found;
  const hint = misplaced(text, targets) ?? meant(text);
  return fail("USAGE", `Cannot send '${text}': there is no such signal`, hint);
}

/** The signal was named after its targets. */
function misplaced(text: string, targets: readonly string[]): string | null {
  const later = targets.find((it) => knownSignal(it) !== null && !/^\d+$/.test(it));
  if (later === undefined) return null;
  const whom = [text, ...targets.filter((it) => it !== later)].join(" ");
  return `The signal comes first: 'procman signal ${later} ${whom}'.`;
}

function meant(text: string): string {
  if (/^\d+$/.test(text))
    return `A signal is a name, such as HUP, or a number from 1 to ${LAST_SIGNAL}.`;
  const near = nearest(fullName(text), Object.keys(constants.signals));
  return near === null ? "'kill -l' lists them." : `Did you mean ${near}?`;
}

/** `HUP`, `sighup` and `1` are SIGHUP. */
function knownSignal(text: string): string | null {
  const { signals } = constants;
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    const named = Object.entries(signals).find(([, value]) => value === number);
    if (named !== undefined) return named[0];
    if (number >= 1 && number <= LAST_SIGNAL) return String(number);
  }
  return Object.hasOwn(signals, fullName(text)) ? fullName(text) : null;
}

function fullName(text: string): string {
  const upper = text.toUpperCase();
  return upper.startsWith("SIG") ? upper : `SIG${upper}`;
}
