/** MCP on standard input and output: a message a line. Nothing else is ever written there. */

import { limits } from "../../model/limits.ts";
import { writeAll } from "../output.ts";

interface Server {
  readonly answer: (text: string) => Promise<string | null>;
  readonly close: () => void;
}

/** What was asked before the end of the input is answered if that takes no longer: `echo '{…}' | procman mcp`. */
const LAST_ANSWERS_MS = 1_000;

const NEWLINE = 10;

/** Until the input ends. */
export async function serveStdio(server: Server): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const take = (line: string): void => {
    const answered = server.answer(line).then((answer) => {
      if (answer !== null) writeAll(1, `${answer}\n`);
      underWay.delete(answered);
    });
    underWay.add(answered);
  };
  for await (const line of linesOf(Bun.stdin.stream())) {
    if (line === null) writeAll(1, `${TOO_LONG}\n`);
    else if (line.trim() !== "") take(line);
  }
  await Promise.race([Promise.all(underWay), Bun.sleep(underWay.size === 0 ? 0 : LAST_ANSWERS_MS)]);
  server.close();
}

const TOO_LONG = JSON.stringify({
  jsonrpc: "2.0",
  id: null,
  error: { code: -32_600, message: `A message has at most ${limits.requestBytes} bytes` },
});

/** Null stands for a line that is too long to be kept. */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array>,
  mostBytes: number = limits.requestBytes,
): AsyncGenerator<string | null> {
  let begun: Uint8Array[] = [];
  let bytes = 0;
  const end = (): string | null => {
    const line = bytes > mostBytes ? null : Buffer.concat(begun).toString();
    begun = [];
    bytes = 0;
    return line;
  };
  const add = (part: Uint8Array): void => {
    bytes += part.length;
    if (bytes > mostBytes) begun = [];
    else if (part.length > 0) begun.push(part);
  };
  for await (const chunk of stream) {
    for (let from = 0; from < chunk.length;) {
      const at = chunk.indexOf(NEWLINE, from);
      add(chunk.subarray(from, at < 0 ? chunk.length : at));
      if (at >= 0) yield end();
      from = at < 0 ? chunk.length : at + 1;
    }
  }
  if (bytes > 0) yield end();
}
