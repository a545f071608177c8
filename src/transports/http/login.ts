/** How a browser comes in: it gives the token, or a code made with it, once, and is given a cookie for it, which pages cannot read and which is
 *  sent from no other site. */

import { bodyOf } from "./given.ts";
import { LOGIN_PATH } from "./paths.ts";
import { ownHeaders } from "./problem-document.ts";
import { invalid, Refusal } from "./refusal.ts";

/** `GET /login?code=…` and `GET /login?token=…` lead on to `/`; `POST /login {token}` is for a page that asks for it. */
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
  const code = method === "GET" ? url.searchParams.get("code") : null;
  const token = method === "GET" ? url.searchParams.get("token") : tokenIn(await bodyOf(request));
  const given = code ?? token;
  if (given === null) {
    throw invalid([
      { in: method === "GET" ? "query" : "body", name: "token", message: "is missing" },
    ]);
  }
  const cookie = exchange(given);
  if (cookie === null) {
    const why = code === null ? "the token is another one" : "the link was used, or is too old";
    const hint = "'procman dash' prints a link that lets a browser in.";
    throw new Refusal(401, "PERMISSION_DENIED", `Cannot let you in: ${why}`, hint);
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
