import type { UpInput } from "../protocol/operations.ts";
import type { CommandContext } from "./command.ts";
export async function foreground(_c: CommandContext, _i: UpInput): Promise<number> { return 0; }
