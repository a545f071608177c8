/** What a program measures of itself and tells procman. */

import type { Span } from "./use.ts";

export interface ToldMetric {
  readonly name: string;
  /** The last that was told. */
  readonly value: number;
  readonly atMs: number;
  /** Oldest first, each a stretch of `metricStretchMs`; there is none where nothing was told. */
  readonly stretches: readonly ToldStretch[];
}

export interface ToldStretch extends Span {
  readonly fromMs: number;
  readonly toMs: number;
}
