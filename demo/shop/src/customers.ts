/** Customers: who buys here. */
import { pool } from './db.ts';

export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly city: string;
}

/** One customer, or nothing. */
export async function findCustomer(id: string): Promise<Customer | undefined> {
  const result = await pool.query<Customer>('SELECT id, name, city FROM customers WHERE id = $1', [id]);
  return result.rows[0];
}

/** Customers of a city, by name. */
export async function customersIn(city: string): Promise<readonly Customer[]> {
  const result = await pool.query<Customer>('SELECT id, name, city FROM customers WHERE city = $1 ORDER BY name', [city]);
  return result.rows;
}
