/** The headers of a page of ours: it may load nothing, run and look like nothing but what stands in it, ask nobody but
 *  this daemon, and be framed by nobody. */

import { createHash } from "node:crypto";

/** What stands in its one `<script>` and its one `<style>` is named by its hash. */
export function pageHeaders(html: string): Readonly<Record<string, string>> {
  const sources = [
    "default-src 'none'",
    `script-src ${hashOf(html, "script")}`,
    `style-src ${hashOf(html, "style")}`,
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // Text never becomes markup, also by mistake.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return {
    "Content-Security-Policy": sources.join("; "),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
  };
}

function hashOf(html: string, element: "script" | "style"): string {
  const content = new RegExp(`<${element}[^>]*>([^]*?)</${element}>`).exec(html)?.[1];
  if (content === undefined) return "'none'";
  return `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
}
