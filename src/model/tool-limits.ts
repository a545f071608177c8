/** The limits of the tools of MCP, by name; apart from the others, which commands that have to be quick load too. */

export const toolLimits = {
  /** What one answer of a tool tells of a log, unless it is asked for more, and then: clients take some 25,000
   *  tokens at once. */
  outputBytes: 16 * 1024,
  outputMaxBytes: 64 * 1024,
  lines: 1_000,
  /** Characters of one of these lines. */
  lineLength: 2_000,
  /** Processes that one answer of a tool lists. */
  processes: 200,
  /** How long a tool waits for something, unless it is asked to, and at most. */
  waitMs: 30_000,
  waitMaxMs: 600_000,
  /** Calls of tools that may be under way in one session. */
  callsUnderWay: 64,
} as const;
