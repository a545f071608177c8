/** The media types of streams, and which of them is asked for. */

export const JSON_LINES = "application/x-ndjson";
export const EVENT_STREAM = "text/event-stream";
export const PAGE = "text/html";

/** It is named, and not only meant by a star. */
export function wantsType(headers: Headers, type: string): boolean {
  const accepted = (headers.get("accept") ?? "").toLowerCase().split(",");
  return accepted.some((it) => it.split(";")[0]?.trim() === type);
}
