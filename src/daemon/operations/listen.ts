/** The operation `listen`: the HTTP interface on a TCP port. */

import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";

export function listenOperations({ listening }: DaemonContext): Pick<Handlers, "listen"> {
  return { listen: (input) => listening.change(input) };
}
