/** Packs and ships what was ordered. Several may run: each order is claimed by one. Asked to stop, it finishes the
 *  order in its hands. */

import { appendFileSync } from "node:fs";
import { openDatabase, type Order, type Product } from "./database.ts";
import { pause, setting, stopSignal } from "./settings.ts";

const IDLE_MS = 200;
const PACKING_MS = 300;

const ledger = setting("SHOP_LEDGER");
const database = openDatabase();
const claim = database.query<Order, []>(
  `UPDATE purchase SET state = 'packing'
   WHERE id = (SELECT id FROM purchase WHERE state = 'new' ORDER BY id LIMIT 1) RETURNING *`,
);
const take = database.query<Product, [number]>(
  "UPDATE product SET stock = stock - 1 WHERE id = ? AND stock > 0 RETURNING *",
);
const finish = database.query<unknown, [string, number]>(
  "UPDATE purchase SET state = ? WHERE id = ?",
);

const stopping = stopSignal();
console.log("ready to pack");
while (!stopping.aborted) {
  const order = claim.get();
  if (order === null) await pause(IDLE_MS, stopping);
  else await ship(order);
}
console.log("the last order is out, going home");
database.close();

async function ship(order: Order): Promise<void> {
  const product = take.get(order.product);
  if (product === null) {
    finish.run("refused", order.id);
    console.error(`order ${order.id} refused: product ${order.product} is sold out`);
    return;
  }
  await Bun.sleep(PACKING_MS);
  appendFileSync(ledger, `${order.id},${product.name.replaceAll(",", "")},${product.cents}\n`);
  finish.run("shipped", order.id);
  console.log(`order ${order.id} shipped: ${product.name}`);
}
