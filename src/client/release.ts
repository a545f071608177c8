/** Releases of procman, as commands and daemons tell one another of theirs. */

import { VERSION } from "../protocol/version.ts";

/** Than this one. */
export function isOlder({ version }: { readonly version: string }): boolean {
  return Bun.semver.order(version, VERSION) < 0;
}
