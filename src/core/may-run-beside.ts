/** Whether two runs of one instance can be there at once, as a reload needs them. */

import { sharingOf } from "../model/sharing.ts";
import type { ProcessSpec } from "../model/spec.ts";

/** Why not, and what would help. */
export interface Hindrance {
  /** Ends "Cannot reload api: ". */
  readonly reason: string;
  readonly hint: string;
}

/** Null when they can. */
export function mayRunBeside(spec: ProcessSpec): Hindrance | null {
  if (spec.schedule !== undefined) {
    const reason = "it is run by a schedule, and each time begins a new run anyway";
    return { reason, hint: `'procman restart ${spec.name}' runs it now.` };
  }
  if (spec.tty === true) {
    const reason = "it runs on a terminal, of which there is one";
    return { reason, hint: `'procman restart ${spec.name}' stops it and starts it again.` };
  }
  if (sharingOf(spec) !== null) {
    const reason = "each instance has a port of its own behind the one that they share";
    const hint = `'procman restart ${spec.name}.1' restarts one; the others answer meanwhile.`;
    return { reason, hint };
  }
  if (spec.port !== null || spec.portChoice !== null) {
    const port = spec.port === null ? "its port" : `port ${spec.port}`;
    const reason = `two runs of it cannot listen on ${port} at once`;
    const hint = `'procman restart ${spec.name}' stops it and starts it again; where it sets SO_REUSEPORT itself, give it its port by 'env' instead of 'port'.`;
    return { reason, hint };
  }
  return null;
}
