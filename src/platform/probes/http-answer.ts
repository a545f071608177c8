/** Reads an answer in HTTP/1.1 as it comes, a bounded part of it: the status, then the first bytes of the body. */

/** A head that is longer is no answer to a probe. */
const HEAD_BYTES = 64 * 1024;
/** The part of a body that a pattern is looked for in. */
export const BODY_BYTES = 256 * 1024;

const HEAD_END = Buffer.from("\r\n\r\n");

export class HttpAnswer {
  /** Null until the head is there. */
  status: number | null = null;
  /** Where a redirect leads. */
  location: string | null = null;
  /** What came is no HTTP. */
  isBroken = false;
  #head = Buffer.alloc(0);
  #body: Buffer[] = [];
  #bodyBytes = 0;
  /** Bytes of the body that are still to come, where that was announced. */
  #left = Number.POSITIVE_INFINITY;
  #chunks: Chunks | null = null;

  /** True when nothing more of it is wanted. */
  take(bytes: Buffer): boolean {
    if (this.isBroken) return true;
    if (this.status !== null) return this.#takeBody(bytes);
    this.#head = Buffer.concat([this.#head, bytes]);
    for (;;) {
      const end = this.#head.indexOf(HEAD_END);
      if (end < 0) {
        this.isBroken = this.#head.length > HEAD_BYTES || !startsLikeHttp(this.#head);
        return this.isBroken;
      }
      const rest = this.#head.subarray(end + HEAD_END.length);
      const status = this.#readHead(this.#head.toString("latin1", 0, end));
      this.#head = rest;
      if (this.isBroken) return true;
      // Early hints and their like come before the answer.
      if (status < 200) continue;
      this.status = status;
      if (status === 204 || status === 304) this.#left = 0;
      return this.#takeBody(rest);
    }
  }

  get body(): string {
    return Buffer.concat(this.#body).toString();
  }

  #readHead(head: string): number {
    const [first = "", ...lines] = head.split("\r\n");
    const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1];
    this.isBroken = status === undefined;
    for (const line of lines) {
      const [, name = "", value = ""] = /^([^:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
      switch (name.toLowerCase()) {
        case "location":
          this.location = value;
          break;
        case "content-length":
          this.#left = /^\d+$/.test(value) ? Number(value) : this.#left;
          break;
        case "transfer-encoding":
          if (/\bchunked$/i.test(value)) this.#chunks = new Chunks();
      }
    }
    return Number(status);
  }

  #takeBody(bytes: Buffer): boolean {
    const content = this.#chunks === null ? bytes : this.#chunks.take(bytes);
    const taken = content.subarray(0, Math.min(this.#left, BODY_BYTES - this.#bodyBytes));
    if (taken.length > 0) this.#body.push(taken);
    this.#bodyBytes += taken.length;
    this.#left -= taken.length;
    return this.#left <= 0 || this.#bodyBytes >= BODY_BYTES || this.#chunks?.isOver === true;
  }
}

function startsLikeHttp(head: Buffer): boolean {
  const start = "HTTP/1.";
  return start.startsWith(head.toString("latin1", 0, start.length));
}

/** Takes chunked encoding off. What is none ends it. */
class Chunks {
  isOver = false;
  /** Of the present chunk, with the line end behind it; 0: the line with a size comes. */
  #left = 0;
  #line = "";

  take(bytes: Buffer): Buffer {
    const content: Buffer[] = [];
    for (let at = 0; at < bytes.length && !this.isOver;) {
      if (this.#left > 0) {
        const part = bytes.subarray(at, at + this.#left);
        content.push(part.subarray(0, Math.max(0, this.#left - 2)));
        this.#left -= part.length;
        at += part.length;
        continue;
      }
      const end = bytes.indexOf(10, at);
      this.#line += bytes.toString("latin1", at, end < 0 ? bytes.length : end);
      at = end < 0 ? bytes.length : end + 1;
      if (end >= 0) this.#begin();
      else if (this.#line.length > LINE_CHARS) this.isOver = true;
    }
    return Buffer.concat(content);
  }

  #begin(): void {
    const size = /^([0-9a-f]{1,12})\s*(?:;.*)?\r?$/i.exec(this.#line)?.[1];
    this.#line = "";
    this.isOver = size === undefined || Number.parseInt(size, 16) === 0;
    if (!this.isOver) this.#left = Number.parseInt(size ?? "0", 16) + 2;
  }
}

/** A line with the size of a chunk is not longer than that. */
const LINE_CHARS = 4_096;
