/** What channels bring things to, where a test does not care. */

import type { ChannelEnds } from "../../src/ipc/run-channel.ts";

export const ENDS: ChannelEnds = {
  tell() {},
  request: async () => null,
  find: () => ({ receivers: [], cost: 0 }),
  now: () => 0,
};
