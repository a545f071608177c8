/** What the table can be ordered by. */

export const SORT_KEYS = ["name", "cpu", "memory", "uptime"] as const;
export type SortKey = (typeof SORT_KEYS)[number];
