/** How a browser comes in: it gives the token once, and is given a cookie for it, which pages cannot read and which is
 *  sent from no other site. */

import { bodyOf } from "./given.ts";
import { LOGIN_PATH } from "./paths.ts";
import { ownHeaders } from "./problem-document.ts";
import { invalid, Refusal } from "./refusal.ts";

/** `GET /login?token=…` leads on to `/`; `POST /login {token}` is for a page that asks for it. */
export async function login(
  request: Request,
  url: URL,
  exchange: (token: string) => string | null,
): Promise<Response> {
  const { method } = request;
  if (method !== "GET" && method !== "POST") {
    const Allow = "GET, POST, OPTIONS";
    throw new Refusal(405, "USAGE", `Cannot ${method} ${LOGIN_PATH}`, null, { Allow });
  }
  const token = method === "GET" ? url.searchParams.get("token") : tokenIn(await bodyOf(request));
  if (token === null) {
    throw invalid([
      { in: method === "GET" ? "query" : "body", name: "token", message: "is missing" },
    ]);
  }
  const cookie = exchange(token);
  if (cookie === null) {
    throw new Refusal(401, "PERMISSION_DENIED", "Cannot let you in: the token is another one");
  }
  const headers = { ...ownHeaders, "Set-Cookie": cookie, "Referrer-Policy": "no-referrer" };
  return method === "GET"
    ? new Response(null, { status: 303, headers: { ...headers, Location: "/" } })
    : new Response(null, { status: 204, headers });
}

function tokenIn(body: unknown): string | null {
  const token: unknown =
    body !== null && typeof body === "object" ? Reflect.get(body, "token") : null;
  return typeof token === "string" ? token : null;
}
