/** There are no holders on macOS: what its sockets do with descriptors that nobody receives is not tried, and the daemon
 *  reads there what children write, so that it dies with it anyway. */

import type { Holders } from "../holder.ts";

export function openHolders(): Holders | null {
  return null;
}
