/** A private place for one run of the tests: their temporary directory, home and sockets, and the mark that
 *  their processes carry. */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

export interface Playground {
  readonly directory: string;
  /** The environment that the tests run in: the caller's, moved into the directory. */
  readonly env: Readonly<Record<string, string | undefined>>;
  remove(): void;
}

/** Not below `TMPDIR`: the path of a Unix socket has about 100 bytes, and macOS spends half of them on it. */
const PARENT = "/tmp";

export function openPlayground(): Playground {
  const directory = mkdtempSync(join(PARENT, "ok-"));
  const places = {
    TMPDIR: join(directory, "tmp"),
    PROCMAN_HOME: join(directory, "home"),
    XDG_RUNTIME_DIR: join(directory, "run"),
    XDG_CONFIG_HOME: join(directory, "config"),
    XDG_STATE_HOME: join(directory, "state"),
  };
  for (const place of Object.values(places)) mkdirSync(place, { mode: 0o700 });
  return {
    directory,
    env: { ...withoutProcman(process.env), ...places, OK_PLAYGROUND: directory },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A gate that runs under procman must not hand its own run's variables to the tests. */
function withoutProcman(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("PROCMAN")));
}
