/** The limits of the HTTP interface, by name; apart from the others, which commands that have to be quick load too. */

export const httpLimits = {
  /** The body of one request, but for those of the command line. */
  bodyBytes: 1024 * 1024,
  /** Readers at once: streams of events and logs, and WebSockets. */
  streams: 4_000,
  /** Commands of one WebSocket that may be under way. */
  commandsPerSocket: 32,
  /** How long a connection over TCP may say nothing while it is expected to. */
  silenceMs: 20_000,
  /** How long the reader of logs may take before it tells something; what takes longer is given up. */
  logReaderMs: 10_000,
  /** Readers of logs at once who look for a regular expression, each on a thread of its own. */
  logSearches: 16,
} as const;
