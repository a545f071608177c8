/** Where the programs are that are started or loaded by their path: sources in a checkout, in an installed package a
 *  bundle with the same layout (`src/bundle.ts`). There this module is in a chunk, because several programs share it,
 *  and chunks lie at the root of the bundle; so in both it lies beside the folders of the programs. */

import { existsSync } from "node:fs";
import { extname, join } from "node:path";

/** Without their ending, which is that of this module. */
export const PROGRAMS = [
  "balancer/agent",
  "balancer/main",
  "child",
  "cli/run",
  "config/program-runner",
  "daemon/log-reading/worker",
  "daemon/main",
  "index",
  "logs/search-worker",
  "logs/worker",
] as const;

/** Whoever runs the sources of an installed package, as programs do that import it, starts what is in its bundle. */
export function programPath(program: (typeof PROGRAMS)[number]): string {
  const bundled = join(import.meta.dir, "..", "dist", `${program}.js`);
  const isSource = extname(import.meta.path) === ".ts";
  if (isSource && existsSync(bundled)) return bundled;
  return join(import.meta.dir, program + extname(import.meta.path));
}

/** The pages come with the package. */
export const PAGES = join(import.meta.dir, "..", "docs");

/** The page of the dashboard: as it is in an installed package, and what it is made of. */
export const DASHBOARD = {
  built: join(import.meta.dir, "..", "dist", "dashboard.html"),
  sources: join(import.meta.dir, "..", "src", "dashboard"),
} as const;
