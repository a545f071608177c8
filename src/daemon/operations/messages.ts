/** The operation `message`: what is sent over the channels of processes, and what they answer. */

import type { Reply } from "../../ipc/replies.ts";
import { formatDuration } from "../../model/duration.ts";
import { fail, ProcmanError, type Problem } from "../../model/errors.ts";
import { printable } from "../../model/printable.ts";
import type { Instance } from "../../model/state.ts";
import { LONGEST_SLEEP_MS } from "../../platform/clock.ts";
import type { MessageInput } from "../../protocol/messages.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import { resultOf } from "./outcomes.ts";
import { select } from "./selection.ts";

/** Who sends what an operator sends. */
const SENDER = "cli";

export function messageOperations(context: DaemonContext): Pick<Handlers, "message"> {
  const { world } = context.supervisor;
  return {
    async message(input, signal) {
      const results = select(context, input).map(async (instance) => {
        const sent = await send(context, instance, input, signal);
        const problem = "problem" in sent ? sent.problem : null;
        const result = resultOf(world, instance.id, "send", problem === null, problem);
        return { ...result, reply: "reply" in sent ? sent.reply : null };
      });
      return { results: await Promise.all(results) };
    },
  };
}

async function send(
  { channels }: DaemonContext,
  { id, state }: Instance,
  { message, replyWithinMs }: MessageInput,
  signal: AbortSignal,
): Promise<{ readonly reply: unknown } | { readonly problem: Problem }> {
  try {
    const run = "run" in state ? state.run : null;
    if (run === null) {
      const hint = "'procman start' starts it.";
      return fail("NOT_RUNNING", `Cannot send to ${id}: it does not run`, hint);
    }
    if (!channels.isOpen(run.id)) return noChannel(id);
    if (replyWithinMs === null) {
      return channels.send(run.id, message, SENDER) ? { reply: null } : unread(id);
    }
    const reply = channels.ask(run.id, message, SENDER);
    return reply === null
      ? unread(id)
      : { reply: await answerTo(reply, id, replyWithinMs, signal) };
  } catch (error) {
    if (error instanceof ProcmanError) return { problem: error.problem };
    throw error;
  }
}

async function answerTo(
  reply: Reply,
  id: string,
  withinMs: number,
  signal: AbortSignal,
): Promise<unknown> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), Math.min(withinMs, LONGEST_SLEEP_MS));
  const leave = (): void => late.resolve(null);
  signal.addEventListener("abort", leave, { once: true });
  try {
    const answer = await Promise.race([reply.answer, late.promise]);
    if (answer === null) {
      const within = formatDuration(withinMs);
      return fail(
        "OPERATION_TIMEOUT",
        `Cannot tell what ${id} answers: it has not within ${within}`,
      );
    }
    switch (answer.kind) {
      case "answered":
        return answer.data;
      case "failed":
        return fail(
          "COMMAND_FAILED",
          `Cannot have an answer of ${id}: it says '${printable(answer.message)}'`,
        );
      case "never":
        return fail("NOT_RUNNING", `Cannot tell what ${id} answers: ${answer.reason}`);
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", leave);
    reply.drop();
  }
}

function noChannel(id: string): never {
  const hint =
    "Set 'ipc: true' in its definition, then 'procman up'. After a restart of the daemon a process has one again from its next start on: 'procman restart'.";
  return fail("NO_INPUT", `Cannot send to ${id}: it has no channel open`, hint);
}

function unread(id: string): never {
  return fail("OPERATION_TIMEOUT", `Cannot send to ${id}: it does not read its messages`);
}
