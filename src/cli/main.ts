#!/usr/bin/env -S bun --config=/dev/null --no-env-file
/** The command line's entry: finds the command, loads it alone, runs it, and turns what it throws into an exit status. */

import { findCommand, splitCommandLine } from "./commands.ts";
import { readArguments } from "./arguments.ts";
import { contextFor } from "./context.ts";
import { fail } from "../model/errors.ts";
import { renderFailure } from "./render/failure.ts";

const line = splitCommandLine(Bun.argv.slice(2));
const wantsJson = line.args.includes("--json");
try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = renderFailure(error, line.args, process.env);
}

async function main(): Promise<number> {
  if (line.wantsVersion) {
    const { VERSION } = await import("../protocol/version.ts");
    console.log(wantsJson ? JSON.stringify({ version: VERSION }) : VERSION);
    return 0;
  }
  if (line.name === null) return withoutCommand();
  const command = await findCommand(line.name);
  if (line.wantsHelp) {
    const { helpOf, helpDocument } = await import("./help.ts");
    console.log(
      wantsJson ? JSON.stringify(helpDocument(line.name, command)) : helpOf(line.name, command),
    );
    return 0;
  }
  return command.run(contextFor(readArguments(line.args, command.flags), process.env));
}

async function withoutCommand(): Promise<number> {
  readArguments(line.args, {});
  const isBare = line.args.every((arg) => arg === "--json" || arg === "--no-color");
  if (!line.wantsHelp && !isBare) {
    const hint = "'procman --help' lists the commands.";
    return fail("USAGE", `Cannot tell what to do: ${line.args.join(" ")} is no command`, hint);
  }
  const { overview, overviewDocument } = await import("./help.ts");
  console.log(wantsJson ? JSON.stringify(overviewDocument()) : overview());
  return 0;
}
