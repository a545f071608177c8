/** What keys do. Those of a letter act on the process whose row has the focus, and on nothing else. */

import { showKeys } from "./dialogs.ts";
import type { ProcessTable } from "./process-table.ts";

export function listenToKeys(table: ProcessTable): void {
  document.addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || document.querySelector("dialog[open]") !== null) return;
    if (target instanceof HTMLElement && target.matches("input, select, textarea")) {
      if (key === "Escape") target.blur();
      return;
    }
    const isDone = act(table, key);
    if (isDone) event.preventDefault();
  });
}

/** False: it is no key of ours. */
function act(table: ProcessTable, key: string): boolean {
  switch (key) {
    case "/":
      toSearch(table);
      return true;
    case "?":
      showKeys();
      return true;
    case "Escape":
      location.hash = "#/";
      return true;
    case "j":
    case "ArrowDown":
      if (key === "ArrowDown" && table.focused === null) return false;
      table.move(1);
      return true;
    case "k":
    case "ArrowUp":
      if (key === "ArrowUp" && table.focused === null) return false;
      table.move(-1);
      return true;
    case "s":
      table.focused?.act("start");
      return table.focused !== null;
    case "x":
      table.focused?.act("stop");
      return table.focused !== null;
    case "r":
      table.focused?.act("restart");
      return table.focused !== null;
    default:
      return false;
  }
}

/** Where it is not on the page it is so when the place has changed. */
function toSearch({ element, search }: ProcessTable): void {
  if (element.offsetParent !== null) return search.focus();
  addEventListener("hashchange", () => search.focus(), { once: true });
  location.hash = "#/";
}
