/** A state or a health as it is shown: never by its colour alone. */

import type { Health, PublicState } from "../protocol/status.ts";
import { element, setAttribute, setText } from "./dom.ts";

const SIGNS: Readonly<Record<PublicState, readonly [sign: string, tone: string]>> = {
  pending: ["○", "busy"],
  starting: ["◔", "busy"],
  running: ["●", "good"],
  stopping: ["◒", "busy"],
  stopped: ["■", "off"],
  killed: ["■", "off"],
  completed: ["✓", "off"],
  failed: ["✗", "bad"],
  skipped: ["⊘", "warn"],
  backoff: ["↻", "warn"],
  scheduled: ["◷", "off"],
  suspended: ["‖", "warn"],
};

const TONES: Readonly<Record<Health, string>> = {
  none: "off",
  starting: "busy",
  healthy: "good",
  warning: "warn",
  critical: "bad",
  unhealthy: "bad",
};

export function stateMark(): HTMLElement {
  return element("span", { class: "mark" }, element("i", { "aria-hidden": "true" }), element("b"));
}

export function showState(mark: Element, state: PublicState): void {
  // A later daemon may have states that this page does not know.
  const [sign, tone] = SIGNS[state] ?? ["?", "off"];
  setAttribute(mark, "data-tone", tone);
  const [icon, word] = mark.children;
  if (icon !== undefined) setText(icon, sign);
  if (word !== undefined) setText(word, state);
}

/** Empty where there is no probe. */
export function showHealth(cell: Element, health: Health): void {
  setAttribute(cell, "data-tone", TONES[health] ?? "off");
  setText(cell, health === "none" ? "" : health);
}
