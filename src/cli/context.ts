/** From the flags that every command takes to what the command is given. */

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { Client } from "../client/client.ts";
import { findConfigFiles } from "../config/search.ts";
import { fail } from "../model/errors.ts";
import type { Place } from "../protocol/operations.ts";
import type { Arguments } from "./arguments.ts";
import type { CommandContext } from "./command.ts";
import { writeAll } from "./output.ts";
import { fitted } from "./render/fitted.ts";
import { terminalWidth } from "./terminal.ts";

/** What goes on of a message stands out from the one that follows. */
const HANG = 2;

export function contextFor(args: Arguments, env: NodeJS.ProcessEnv): CommandContext {
  const directory = resolve(args.text("directory") ?? process.cwd());
  requireDirectory(directory);
  const json = args.isSet("json");
  const quiet = json || args.isSet("quiet");
  const say = (message: string): void => {
    if (!quiet) writeAll(2, `${fitted(message, terminalWidth(2), HANG)}\n`);
  };
  return {
    args,
    env,
    directory,
    json,
    client: new Client({ env, home: args.text("home"), say }),
    get place() {
      return placeOf(args, directory);
    },
    say,
    print: (line) => writeAll(1, `${line}\n`),
  };
}

function requireDirectory(path: string): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    // One above it cannot be entered.
    if (code === "EACCES") fail("USAGE", `Cannot work in ${path}: permission denied`);
    throw error;
  }
  fail("USAGE", `Cannot work in ${path}: it is no directory`);
}

function placeOf(args: Arguments, directory: string): Place {
  const project = args.text("project");
  const files = args.texts("file").map((file) => resolve(directory, file));
  if (project !== null) return { project, directory, exact: false, files: [] };
  const found = findConfigFiles(directory, files);
  return found.ok
    ? {
        project,
        directory: found.files.directory,
        exact: true,
        files,
        found: [...found.files.project],
      }
    : { project, directory, exact: false, files };
}
