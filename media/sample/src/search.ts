import { pool } from './db.ts';

/** Products whose name holds a word. */
export async function searchProducts(word: string) {
  const result = await pool.query("SELECT id, name FROM products WHERE name LIKE '%" + word + "%'");
  return result.rows;
}
