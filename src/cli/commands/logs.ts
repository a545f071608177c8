import type { Command } from "../command.ts";
export const command: Command = { usage: "", summary: "", flags: {}, examples: [], run: async () => 0 };
