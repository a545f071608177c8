/** The shop's database, shared by its programs: one SQLite file that several of them may write to. */

import { Database } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setting } from "./settings.ts";

export interface Product {
  readonly id: number;
  readonly name: string;
  readonly cents: number;
  readonly stock: number;
}

export interface Order {
  readonly id: number;
  readonly product: number;
  readonly state: "new" | "packing" | "shipped" | "refused";
}

export function openDatabase(): Database {
  const path = setting("SHOP_DATABASE");
  mkdirSync(dirname(path), { recursive: true });
  const database = new Database(path, { create: true, strict: true });
  // Others may be writing: wait for them rather than fail.
  database.run("PRAGMA busy_timeout = 2000");
  database.run("PRAGMA journal_mode = WAL");
  return database;
}
