/** `connect()`: the daemon as an object. Each operation is a method (`calls.ts`); what is asked goes over the socket of the
 *  home, so there is no connection to be kept, and a daemon that dies or is replaced between two calls is not noticed. */

import type { OperationName } from "../protocol/operations.ts";
import { CALLS, type Call } from "./calls.ts";
import { Connection } from "./connection.ts";
import type { CallSettings, ConnectOptions, Defining, Procman } from "./procman.ts";

/** Asks nothing yet. */
export function connect(options: ConnectOptions = {}): Procman {
  const connection = new Connection(options);
  const methods = Object.entries(CALLS).map(([name, call]: [string, Call<OperationName>]) => {
    const method = (input: object = {}, settings: CallSettings = {}): unknown =>
      call.how === "streams"
        ? connection.stream(call, input, settings)
        : connection.call(call, input, settings);
    return [name, method] as const;
  });
  const own: Pick<Procman, Defining | "daemonStop"> = {
    daemonStop: (input = {}, settings) => connection.stopDaemon(input, settings),
    run: async (request, settings) =>
      connection.call(CALLS.run, await connection.runInput(request), settings),
    up: async (request = {}, settings) =>
      connection.call(CALLS.up, await connection.upInput(request), settings),
    apply: async (request = {}, settings) =>
      connection.call(CALLS.apply, await connection.applyInput(request), settings),
  };
  const all: object = {
    ...Object.fromEntries(methods),
    ...own,
    [Symbol.asyncDispose]: () => connection.close(),
  };
  return all as Procman;
}
