#!/usr/bin/env -S bun --config=/dev/null --no-env-file
/** The command line's entry: finds the command, loads it alone, runs it, and turns what it throws into an exit status. */

import { findCommand, splitCommandLine } from "./commands.ts";
import { readArguments } from "./arguments.ts";
import { contextFor } from "./context.ts";
import { renderFailure } from "./render/failure.ts";

const line = splitCommandLine(Bun.argv.slice(2));
try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = renderFailure(error, line.args, process.env);
}

async function main(): Promise<number> {
  if (line.wantsVersion) {
    const { VERSION } = await import("../protocol/version.ts");
    console.log(VERSION);
    return 0;
  }
  if (line.name === null) {
    const { overview } = await import("./help.ts");
    console.log(overview());
    return line.args.length === 0 || line.wantsHelp ? 0 : 2;
  }
  const command = await findCommand(line.name);
  if (line.wantsHelp) {
    const { helpOf } = await import("./help.ts");
    console.log(helpOf(line.name, command));
    return 0;
  }
  return command.run(contextFor(readArguments(line.args, command.flags), process.env));
}
