/** Orders: who bought what. */
import { pool } from './db.ts';

export interface Order {
  readonly id: string;
  readonly customer: string;
  /** In cents. */
  readonly total: number;
}

/** One order, or nothing. */
export async function findOrder(id: string): Promise<Order | undefined> {
  const result = await pool.query<Order>('SELECT id, customer, total FROM orders WHERE id = $1', [id]);
  return result.rows[0];
}

/** Files a new order and gives its number. */
export async function placeOrder(customer: string, total: number): Promise<string> {
  const result = await pool.query<{ id: string }>('INSERT INTO orders (customer, total) VALUES ($1, $2) RETURNING id', [customer, total]);
  return result.rows[0]?.id ?? '';
}
