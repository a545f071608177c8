/** The command line: finds the command, loads it alone, runs it, and turns what it throws into an exit status. */

import { findCommand, splitCommandLine } from "./commands.ts";

const line = splitCommandLine(Bun.argv.slice(2));
const wantsJson = line.args.includes("--json");
try {
  process.exitCode = await main();
} catch (error) {
  if (process.env["GITHUB_ACTIONS"] === "true" && !wantsJson) {
    const { configAnnotations } = await import("./render/config-annotations.ts");
    for (const annotation of configAnnotations(error, process.env)) console.error(annotation);
  }
  const { renderFailure } = await import("./render/failure.ts");
  process.exitCode = renderFailure(error, line.args, process.env);
}

/** What help and completion do not need is loaded after they had their turn. */
async function main(): Promise<number> {
  if (process.pid === 1) {
    const { reapOrphans } = await import("../platform/orphan-reaper.ts");
    reapOrphans(() => false);
  }
  if (Bun.argv[2] === "--complete") {
    const { printCandidates } = await import("./completion/candidates.ts");
    return printCandidates(Bun.argv.slice(3), process.env);
  }
  if (line.wantsVersion) {
    const { VERSION } = await import("../protocol/version.ts");
    console.log(wantsJson ? JSON.stringify({ version: VERSION }) : VERSION);
    return 0;
  }
  if (line.name === null) return withoutCommand();
  if (line.wantsHelp) {
    const help = wantsJson ? await import("./help/documents.ts") : await import("./help/help.ts");
    await printHelp(await help.helpAbout(line.name));
    return 0;
  }
  const command = await findCommand(line.name);
  const { readArguments } = await import("./arguments.ts");
  const args = readArguments(line.args, command.flags);
  if (command.usage === "" && args.words.length > 0) {
    const { fail } = await import("../model/errors.ts");
    const what = `Cannot understand '${args.words[0]}': ${line.name} takes no names`;
    fail("USAGE", what, `'procman ${line.name} --help' says what it takes.`);
  }
  const { contextFor } = await import("./context.ts");
  const context = contextFor(args, process.env);
  try {
    return await command.run(context);
  } catch (error) {
    const { leadToUp } = await import("./lead-to-up.ts");
    return leadToUp(context, error);
  }
}

async function withoutCommand(): Promise<number> {
  const { readArguments } = await import("./arguments.ts");
  readArguments(line.args, {});
  const isBare = line.args.every((arg) => arg === "--json" || arg === "--no-color");
  if (!line.wantsHelp && !isBare) {
    const { fail } = await import("../model/errors.ts");
    const hint = "'procman --help' lists commands and topics.";
    return fail("USAGE", `Cannot tell what to do: ${line.args.join(" ")} is no command`, hint);
  }
  const help = wantsJson ? await import("./help/documents.ts") : await import("./help/help.ts");
  await printHelp(help.overview());
  return 0;
}

async function printHelp(text: string): Promise<void> {
  if (wantsJson) return console.log(text);
  const [{ fittedHelp }, { terminalWidth }] = await Promise.all([
    import("./render/fitted.ts"),
    import("./terminal.ts"),
  ]);
  console.log(fittedHelp(text, terminalWidth()));
}
