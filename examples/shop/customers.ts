/** Customers, so that there is something to see: they read the page and order what stands on it. */

import { answerPings, sayReady } from "./channel.ts";
import { addressOf, pause, setting, stopSignal } from "./settings.ts";

const shop = addressOf("web");
const everyMs = Number(setting("CUSTOMER_EVERY_MS"));
const stopping = stopSignal();
answerPings(stopping);

for (let visit = 0; !stopping.aborted; visit++) {
  try {
    await buy(visit);
  } catch (error) {
    console.error(
      `found the shop closed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  await pause(everyMs, stopping);
}

async function buy(visit: number): Promise<void> {
  const page = await (await fetch(shop, { signal: stopping })).text();
  sayReady();
  const offers = [...page.matchAll(/name="product" value="(\d+)"/g)].map(([, id]) => id ?? "");
  const product = offers[visit % offers.length];
  if (product === undefined) throw new Error("there is nothing to buy");
  const response = await fetch(`${shop}/buy`, {
    method: "POST",
    body: new URLSearchParams({ product }),
    signal: stopping,
  });
  if (!response.ok) throw new Error(`the shop answered ${response.status}`);
  console.log(`bought product ${product}, see ${response.url}`);
}
