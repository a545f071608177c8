/** The door of a TCP port: who has the token may come in, from a page of our own or from none. */

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { hostname } from "node:os";
import { hostName, isNumeric, type Address } from "./address.ts";
import type { Door } from "./own-socket.ts";
import { LoginCodes } from "./login-code.ts";
import { Refusal } from "./refusal.ts";

export function guardedDoor(address: Address & { readonly expose: boolean }, token: string): Door {
  // No secret of its own: whoever takes the token away takes the cookies away.
  const value = createHmac("sha256", token).update("procman cookie").digest("base64url");
  // Browsers keep cookies by host and not by port: those of several daemons have to have several names.
  const name = `procman-${createHash("sha256").update(token).digest("hex").slice(0, 8)}`;
  const codes = new LoginCodes(token);
  return {
    admit(request, isOpen) {
      requireHost(request, address);
      requireOrigin(request);
      if (isOpen) return;
      const bearer = /^Bearer (\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
      if (bearer !== undefined) {
        if (!isSame(bearer, token)) unauthorized("the token is another one");
        return;
      }
      const cookie = cookieOf(request, name);
      if (cookie === null || !isSame(cookie, value)) unauthorized("there is no token");
      requireOwnPage(request);
    },
    exchange(given) {
      if (!isSame(given, token) && !codes.redeem(given, Date.now())) return null;
      return `${name}=${value}; Path=/; HttpOnly; SameSite=Strict`;
    },
  };
}

/** A name that leads here is no proof that this is who was meant: somebody's own domain may be pointed at this machine,
 *  and then pages of it are of the same origin (DNS rebinding). Addresses in numbers cannot be pointed anywhere. */
function requireHost({ headers }: Request, { host, expose }: Address & { expose: boolean }): void {
  const given = hostName(headers.get("host") ?? "");
  const own = ["localhost", host, ...(expose ? [hostname().toLowerCase()] : [])];
  if (given !== null && (own.includes(given) || isNumeric(given))) return;
  const hint = "Ask by the address that it listens on, or as localhost.";
  throw new Refusal(403, "PERMISSION_DENIED", `Cannot answer for ${given ?? "no host"}`, hint);
}

/** Browsers say which page asks; there is none of others that may. */
function requireOrigin({ headers }: Request): void {
  const origin = headers.get("origin");
  if (origin === null || isOwn(origin, headers)) return;
  throw new Refusal(403, "PERMISSION_DENIED", `Cannot answer a page of ${origin.slice(0, 200)}`);
}

/** With the cookie, which is sent by itself, whatever changes something has to come from a page of our own. */
function requireOwnPage({ method, headers }: Request): void {
  if (method === "GET" || method === "HEAD") return;
  if (headers.get("origin") !== null || headers.get("sec-fetch-site") === "same-origin") return;
  throw new Refusal(403, "PERMISSION_DENIED", "Cannot tell which page asks", "Send the token.");
}

function isOwn(origin: string, headers: Headers): boolean {
  return /^https?:\/\//.test(origin) && origin.replace(/^https?:\/\//, "") === headers.get("host");
}

function unauthorized(why: string): never {
  const hint =
    "'procman daemon status' says in which file it is: 'Authorization: Bearer TOKEN'; 'procman dash' lets a browser in.";
  throw new Refusal(401, "PERMISSION_DENIED", `Cannot let you in: ${why}`, hint, {
    "WWW-Authenticate": 'Bearer realm="procman"',
  });
}

function cookieOf({ headers }: Request, name: string): string | null {
  for (const part of (headers.get("cookie") ?? "").split(";")) {
    const at = part.indexOf("=");
    if (part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}

/** Takes as long whatever they are. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
