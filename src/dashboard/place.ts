/** Where on the page somebody is, as its address says after `#`: so places can be kept, sent and gone back to. */

export const TABS = ["log", "use", "why", "events", "about"] as const;
export type Tab = (typeof TABS)[number];

export type Place =
  | { readonly kind: "processes" }
  | { readonly kind: "process"; readonly id: string; readonly tab: Tab }
  | { readonly kind: "logs" | "graph"; readonly project: string }
  | { readonly kind: "events" | "alerts" | "orphans" };

/** What it does not know is the list of processes. */
export function placeOf(hash: string): Place {
  const [kind = "", name = "", tab = ""] = hash.replace(/^#\/?/, "").split("/").map(decoded);
  if (kind === "p" && name !== "") {
    return { kind: "process", id: name, tab: TABS.find((it) => it === tab) ?? "log" };
  }
  if ((kind === "logs" || kind === "graph") && name !== "") return { kind, project: name };
  if (kind === "events" || kind === "alerts" || kind === "orphans") return { kind };
  return { kind: "processes" };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // Somebody has written it by hand.
  }
}
