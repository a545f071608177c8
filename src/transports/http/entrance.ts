/** What a browser is shown that is not let in: how to get in, and nothing of what is inside. */

import { PAGE, wantsType } from "./media-types.ts";
import { pageHeaders } from "./page-headers.ts";
import { ownHeaders } from "./problem-document.ts";
import { Refusal } from "./refusal.ts";

export function isShutOut(error: unknown): error is Refusal {
  return error instanceof Refusal && error.status === 401;
}

/** Somebody looks at the answer, and no program. */
export function isPageLoad({ method, headers }: Request): boolean {
  return (method === "GET" || method === "HEAD") && wantsType(headers, PAGE);
}

export function entrance({ status, message, headers }: Refusal): Response {
  const html = page(message);
  const all = { ...ownHeaders, "Content-Type": `${PAGE}; charset=utf-8`, ...pageHeaders(html) };
  return new Response(html, { status, headers: { ...all, ...headers } });
}

/** Browsers send the cookie with no link of another site: one that leads here comes in with the second try. */
function page(message: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>procman: not let in</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }
main { max-width: 36rem; margin: 12vh auto; padding: 0 1rem }
code { font-size: 1.1em; font-weight: 600 }
</style>
<main>
<h1>procman</h1>
<p>${Bun.escapeHTML(message)}.</p>
<p>Run <code>procman dash</code> in a terminal of the machine that the processes run on. It prints a link that lets this
browser in.</p>
<p>Was this browser let in before? <a href="/">Open the dashboard</a>.</p>
</main>
</html>
`;
}
