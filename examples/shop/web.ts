/** The pages that customers see. It knows the API alone, not the database. */

import type { Order, Product } from "./database.ts";
import { addressOf, setting, stopSignal } from "./settings.ts";

const API_PATIENCE_MS = 2_000;

const api = addressOf("api");
const price = new Intl.NumberFormat("en", {
  style: "currency",
  currency: setting("SHOP_CURRENCY"),
});

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: setting("PORT"),
  routes: {
    "/": async () => page("Tea shop", productList(await ask<Product[]>("/products"))),
    "/buy": {
      POST: async (request) => {
        const product = new URLSearchParams(await request.text()).get("product") ?? "";
        const { id } = await ask<Order>("/orders", { method: "POST", body: product });
        console.log(`product ${product} ordered, number ${id}`);
        return Response.redirect(`/orders/${id}`, 303);
      },
    },
    "/orders/:id": async ({ params }) => {
      const { id, state } = await ask<Order>(`/orders/${encodeURIComponent(params.id)}`);
      return page(`Order ${id}`, `<p>It is ${state}.</p><p><a href="/">Back to the shop</a></p>`);
    },
  },
  error(error) {
    console.error(`sorry page shown: ${error.message}`);
    return page("Sorry", "<p>That did not work. Please try again.</p>", 502);
  },
});
console.log(`shop is open at ${server.url.href}`);

async function ask<Answer>(path: string, init?: RequestInit): Promise<Answer> {
  // An API that does not answer is away, too.
  const signal = AbortSignal.timeout(API_PATIENCE_MS);
  const response = await fetch(api + path, { ...init, signal });
  if (!response.ok) throw new Error(`the API answered ${path} with ${response.status}`);
  return (await response.json()) as Answer;
}

function productList(products: readonly Product[]): string {
  const rows = products.map(
    ({ id, name, cents, stock }) => `<li>${Bun.escapeHTML(name)}, ${price.format(cents / 100)}
      <button name="product" value="${id}">Buy</button> <small>${stock} left</small></li>`,
  );
  return `<form method="post" action="/buy"><ul>${rows.join("\n")}</ul></form>`;
}

function page(title: string, body: string, status = 200): Response {
  const html = `<!doctype html><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${body}`;
  return new Response(html, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

stopSignal().addEventListener("abort", () => void server.stop());
