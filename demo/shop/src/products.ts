/** Products: what is sold, and how many are left. */
import { pool } from './db.ts';

export interface Product {
  readonly id: string;
  readonly name: string;
  /** In cents. */
  readonly price: number;
  readonly stock: number;
}

/** All products that can be sold just now. */
export async function productsInStock(): Promise<readonly Product[]> {
  const result = await pool.query<Product>('SELECT id, name, price, stock FROM products WHERE stock > 0 ORDER BY name');
  return result.rows;
}

/** Takes pieces from stock; false when there are not enough. */
export async function takeFromStock(id: string, pieces: number): Promise<boolean> {
  const result = await pool.query('UPDATE products SET stock = stock - $2 WHERE id = $1 AND stock >= $2', [id, pieces]);
  return result.rowCount === 1;
}
