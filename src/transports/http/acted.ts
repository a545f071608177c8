/** What actions have come to: the results when all went well, else the first problem, with all of the results. */

import { ProcmanError } from "../../model/errors.ts";
import type { ActionResult } from "../../protocol/shapes.ts";
import { jsonReply, type Reply } from "./route.ts";

export class ActionsFailed extends ProcmanError {
  readonly members: { readonly results: readonly ActionResult[] };

  constructor(of: ProcmanError["problem"], results: readonly ActionResult[]) {
    super(of);
    this.members = { results };
  }
}

export function acted(results: readonly ActionResult[]): Reply {
  const failure = results.find(({ error }) => error !== null)?.error;
  if (failure === undefined || failure === null) return jsonReply(results);
  throw new ActionsFailed(failure, results);
}
