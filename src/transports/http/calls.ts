/** Operations as a request calls them: they are under way while they are, and end when whoever asked is gone or the
 *  daemon ends. */

import { problem, ProcmanError } from "../../model/errors.ts";
import type { HttpOptions } from "./options.ts";
import type { OpenRequest } from "../under-way.ts";
import type { Calls } from "./route.ts";

export function callsOf({ dispatch, underWay }: HttpOptions, gone: AbortSignal): Calls {
  const ask = async (name: string, input: unknown) => {
    const turn = underWay.begin(name, gone);
    const answer = await dispatch(name, input, turn.signal);
    if (answer.kind !== "error") return { turn, output: answer.output };
    turn.end();
    throw turn.isCutOff() ? replaced() : new ProcmanError(answer.problem);
  };
  // The table pairs each name with its own input and output; the compiler cannot follow that through the dispatch.
  return {
    async call(name, input) {
      const { turn, output } = await ask(name, input);
      turn.end();
      return output as never;
    },
    async stream(name, input) {
      const { turn, output } = await ask(name, input);
      const items = (output as AsyncIterable<never>)[Symbol.asyncIterator]();
      // Whoever reads may have stopped without a word, or never have begun: what it is made from ends all the same.
      const end = (): void => {
        turn.end();
        void items.return?.().catch(() => null); // It is over either way.
      };
      gone.addEventListener("abort", end, { once: true });
      return untilEnd({ [Symbol.asyncIterator]: () => items }, turn);
    },
  };
}

/** When the daemon ends so does the stream, as if there were nothing more: whoever goes on asks the next daemon. */
async function* untilEnd<T>(items: AsyncIterable<T>, turn: OpenRequest): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    if (!turn.signal.aborted) throw error;
  } finally {
    turn.end();
  }
}

function replaced(): ProcmanError {
  const message = "Cannot answer: the daemon is being replaced";
  return new ProcmanError(problem("DAEMON_BUSY", message, "Ask again in a moment."));
}
