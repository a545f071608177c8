/** Products and orders as JSON. Complaints go to stderr. */

import { openDatabase, type Order, type Product } from "./database.ts";
import { setting, stopSignal } from "./settings.ts";

const database = openDatabase();
const allProducts = database.query<Product, []>("SELECT * FROM product ORDER BY id");
const product = database.query<Product, [number]>("SELECT * FROM product WHERE id = ?");
const order = database.query<Order, [number]>("SELECT * FROM purchase WHERE id = ?");
const newOrder = database.query<Order, [number]>(
  "INSERT INTO purchase (product) VALUES (?) RETURNING *",
);

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: setting("PORT"),
  routes: {
    "/ready": () => Response.json({ ready: allProducts.all().length > 0 }),
    "/products": () => Response.json(allProducts.all()),
    "/orders/:id": ({ params }) => answer(order.get(Number(params.id))),
    "/orders": {
      POST: async (request) => {
        const wanted = product.get(Number(await request.text()));
        if (wanted === null) console.error("refused an order: there is no such product");
        return answer(wanted === null ? null : newOrder.get(wanted.id));
      },
    },
  },
});
console.log(`api listens on ${server.url.href}`);

function answer(found: unknown): Response {
  return found === null
    ? Response.json({ error: "not found" }, { status: 404 })
    : Response.json(found);
}

stopSignal().addEventListener("abort", () => {
  void server.stop().then(() => database.close());
});
