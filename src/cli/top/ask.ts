/** What a key asks for beyond what is shown. */

import type { TopState } from "./state.ts";

/** What is done with one process. */
export type Action = "start" | "stop" | "restart" | "kill";

export type Ask =
  | { readonly kind: "action"; readonly action: Action; readonly id: string }
  | { readonly kind: "attach"; readonly id: string }
  | { readonly kind: "suspend" }
  | { readonly kind: "redraw" }
  | { readonly kind: "leave"; readonly isInterrupt: boolean };

export interface Pressed {
  readonly state: TopState;
  readonly ask: Ask | null;
}
