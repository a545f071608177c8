/** What is to be started at boot, for whom and where: decided once, and written by each service manager in its way. */

import { join } from "node:path";
import { homePath } from "../../client/paths.ts";
import { DAEMON_RUNTIME, daemonCommand } from "../../client/start-daemon.ts";
import { fail } from "../../model/errors.ts";
import { programPath } from "../../programs.ts";
import type { CommandContext } from "../command.ts";

export interface BootPlan {
  /** `procman`, with a suffix when the home is not the usual one of its user. */
  readonly name: string;
  /** `user`: with the user's own manager; `system`: with the machine's. */
  readonly scope: "user" | "system";
  readonly user: string;
  /** The user's own directory. */
  readonly userDirectory: string;
  /** Where the user's configuration lives: XDG_CONFIG_HOME. */
  readonly configDirectory: string;
  readonly home: string;
  /** Serves the home until it ends; then it is started again, unless it ended by itself. */
  readonly daemon: readonly string[];
  /** Brings back what is to come back, once the daemon serves. */
  readonly resurrect: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export function bootPlan({ args, env }: CommandContext): BootPlan {
  const scope = args.isSet("system") ? "system" : "user";
  const own = ownName();
  const user = args.text("user") ?? (scope === "system" ? env["SUDO_USER"] : null) ?? own;
  if (scope === "user" && user !== own) {
    fail("USAGE", `Cannot write a unit of ${user}'s own: you are ${own}`, "Add --system.");
  }
  const isOwn = user === own;
  const userDirectory = (isOwn ? env["HOME"] : null) ?? directoryOf(user);
  const usual = homePath(
    { HOME: userDirectory, XDG_STATE_HOME: isOwn ? env["XDG_STATE_HOME"] : undefined },
    null,
  );
  const named = args.text("home") ?? env["PROCMAN_HOME"] ?? "";
  const home = named === "" ? usual : homePath(env, named);
  const isolated = ["--config=/dev/null", "--no-env-file"];
  const program = [process.execPath, ...isolated, programPath("cli/run")];
  return {
    name: home === usual ? "procman" : `procman-${Bun.hash(home).toString(36).slice(0, 6)}`,
    scope,
    user,
    userDirectory,
    configDirectory: (isOwn ? env["XDG_CONFIG_HOME"] : null) ?? join(userDirectory, ".config"),
    home,
    daemon: daemonCommand(home),
    resurrect: [...program, "resurrect", "--by-unit", "--quiet", "--home", home],
    environment: { PATH: env["PATH"] ?? "/usr/bin:/bin", ...DAEMON_RUNTIME },
  };
}

/** Not by `os.userInfo`, which in Bun 1.4.5 goes by USER and knows nobody without it. */
function ownName(): string {
  return Bun.spawnSync(["id", "-un"], { stderr: "ignore" }).stdout.toString().trim();
}

/** The directory of another user, as the shell knows it. */
function directoryOf(user: string): string {
  if (!/^[A-Za-z_][\w.-]*$/.test(user)) fail("USAGE", `Cannot understand --user ${user}`);
  const { stdout } = Bun.spawnSync(["/bin/sh", "-c", `echo ~${user}`], { stderr: "ignore" });
  const directory = stdout.toString().trim();
  if (directory.startsWith("/")) return directory;
  return fail("USAGE", `Cannot find the home of ${user}: there is no such user`);
}
