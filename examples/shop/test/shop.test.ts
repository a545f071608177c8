/** Tests of the running shop: `bunx procman exec -- bun test`, or `bun test` while it is up. */

import { expect, test } from "bun:test";
import type { Order, Product } from "../database.ts";

const api = `http://127.0.0.1:${port("API", 4181)}`;
const web = `http://127.0.0.1:${port("WEB", 4180)}`;

function port(program: string, usual: number): string | number {
  return process.env[`PROCMAN_PORT_${program}`] ?? process.env[`SHOP_${program}_PORT`] ?? usual;
}

test("the page offers every product of the API", async () => {
  const products = (await (await fetch(`${api}/products`)).json()) as Product[];
  const page = await (await fetch(web)).text();
  expect(products.length).toBeGreaterThan(0);
  for (const { name } of products) expect(page).toContain(Bun.escapeHTML(name));
});

test("what is ordered on the page is shipped by a worker", async () => {
  const bought = await fetch(`${web}/buy`, {
    method: "POST",
    body: new URLSearchParams({ product: "2" }),
  });
  const number = bought.url.split("/").at(-1);
  const state = async () =>
    ((await (await fetch(`${api}/orders/${number}`)).json()) as Order).state;
  while ((await state()) !== "shipped") await Bun.sleep(50);
}, 20_000);

test("an order of something that is not sold is refused", async () => {
  const response = await fetch(`${api}/orders`, { method: "POST", body: "999" });
  expect(response.status).toBe(404);
});
