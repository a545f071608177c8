import type { ProcessIdentity } from "../model/inputs.ts";
export async function inspectTree(leader: ProcessIdentity) {
  return { nodes: [{ pid: leader.pid, parentPid: 0, command: "" }], listening: [] };
}
