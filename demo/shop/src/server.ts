/** The service's doors. */
import express from 'express';
import { customersIn, findCustomer } from './customers.ts';
import { findOrder, placeOrder } from './orders.ts';
import { productsInStock, takeFromStock } from './products.ts';

const app = express();
app.use(express.json());

app.get('/products', async (_request, response) => {
  response.json(await productsInStock());
});

app.get('/customers', async (request, response) => {
  response.json(await customersIn(String(request.query['city'] ?? '')));
});

app.get('/customers/:id', async (request, response) => {
  const customer = await findCustomer(request.params.id);
  if (customer === undefined) response.sendStatus(404);
  else response.json(customer);
});

app.get('/orders/:id', async (request, response) => {
  const order = await findOrder(request.params.id);
  if (order === undefined) response.sendStatus(404);
  else response.json(order);
});

app.post('/orders', async (request, response) => {
  const { customer, product, price } = request.body as { customer: string; product: string; price: number };
  if (!(await takeFromStock(product, 1))) response.status(409).json({ message: 'Sold out.' });
  else response.status(201).json({ id: await placeOrder(customer, price) });
});

app.listen(Number(process.env['PORT'] ?? 3000));
