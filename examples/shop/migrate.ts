/** Brings the database to the newest version of its schema, and ends. The other programs wait for its success. */

import { openDatabase } from "./database.ts";

const MIGRATIONS: readonly string[] = [
  `CREATE TABLE product (id INTEGER PRIMARY KEY, name TEXT NOT NULL, cents INTEGER NOT NULL, stock INTEGER NOT NULL);
   CREATE TABLE purchase (id INTEGER PRIMARY KEY, product INTEGER NOT NULL REFERENCES product, state TEXT NOT NULL DEFAULT 'new');
   INSERT INTO product (name, cents, stock) VALUES
     ('Teapot', 2900, 5000), ('Cup', 900, 20000), ('Tea, 100 g', 650, 50000), ('Samovar', 18900, 2);`,
  "CREATE INDEX purchase_by_state ON purchase (state)",
];

const database = openDatabase();
const row = database.query<{ user_version: number }, []>("PRAGMA user_version").get();
const version = row?.user_version ?? 0;
for (const [index, migration] of MIGRATIONS.entries()) {
  if (index < version) continue;
  database.transaction(() => {
    database.run(migration);
    database.run(`PRAGMA user_version = ${index + 1}`);
  })();
  console.log(`migration ${index + 1} of ${MIGRATIONS.length} done`);
}
console.log(`the database is at version ${MIGRATIONS.length}`);
database.close();
