/** Codes that let a browser in once, for links: what stands in an address is seen by whoever lists processes, and is
 *  kept in histories, so it must not be the token. Whoever has the token makes them; nobody need be asked. */

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const NONCE_BYTES = 16;

/** `EXPIRY.NONCE.SIGNATURE`. */
export function loginCode(token: string, expiresAtMs: number): string {
  const signed = `${Math.round(expiresAtMs)}.${randomBytes(NONCE_BYTES).toString("base64url")}`;
  return `${signed}.${signature(signed, token)}`;
}

/** Those that one door has seen. */
export class LoginCodes {
  readonly #token: string;
  /** When each would have been too old: until then it is known as used. */
  readonly #used = new Map<string, number>();

  constructor(token: string) {
    this.#token = token;
  }

  /** True once for each code, as long as it is not too old. */
  redeem(code: string, nowMs: number): boolean {
    for (const [used, expiry] of this.#used) if (expiry < nowMs) this.#used.delete(used);
    const parts = /^((\d{1,16})\.[\w-]{22})\.([\w-]{43})$/.exec(code);
    if (parts === null) return false;
    const [, signed = "", expiry = "", given = ""] = parts;
    const expected = signature(signed, this.#token);
    if (!timingSafeEqual(Buffer.from(given), Buffer.from(expected))) return false;
    if (Number(expiry) < nowMs || this.#used.has(signed)) return false;
    this.#used.set(signed, Number(expiry));
    return true;
  }
}

function signature(signed: string, token: string): string {
  return createHmac("sha256", token).update(`procman login ${signed}`).digest("base64url");
}
