/** Chance, for real. */

import type { Chance } from "../supervisor/ports.ts";

export const chance: Chance = { next: () => Math.random() };
