/** Server-sent events, read from bytes as they come. A browser's own reader neither says why it was turned away nor
 *  waits for whoever is slow. */

export interface Message {
  readonly id: string | null;
  readonly data: string;
}

/** What has come of a stream so far, up to the last whole message. */
export class MessageReader {
  #rest = "";

  push(text: string): Message[] {
    const blocks = (this.#rest + text).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => messageOf(block) ?? []);
  }
}

/** Null for a beat. */
function messageOf(block: string): Message | null {
  let id: string | null = null;
  const data: string[] = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("data: ")) data.push(line.slice("data: ".length));
    else if (line.startsWith("id: ")) id = line.slice("id: ".length);
  }
  return data.length === 0 ? null : { id, data: data.join("\n") };
}
