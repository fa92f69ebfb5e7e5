/** Files for the speed bench, always the same ones: services of the kind assistants write, from a seeded generator. */
import { fractions } from '../../test/harness/random.ts';

const THINGS = ['order', 'invoice', 'customer', 'product', 'basket', 'shipment', 'review', 'voucher', 'account', 'message'];
const FIELDS = ['name', 'email', 'state', 'total', 'city', 'note', 'createdAt', 'owner', 'colour', 'weight'];

/** One file of about 130 lines: imports, a type, helpers, a class, routes; one route in eight puts a value into SQL. */
export function corpusFile(index: number): string {
  const next = fractions(index + 1);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const thing = pick(THINGS);
  const Thing = thing[0]!.toUpperCase() + thing.slice(1);
  const fields = FIELDS.filter(() => next() < 0.6);
  const helpers = Array.from({ length: 5 }, (_, n) => `
function ${pick(['format', 'summarise', 'compare', 'merge', 'group'])}${Thing}${n}(items: readonly ${Thing}[], limit = ${Math.floor(next() * 90) + 10}): string[] {
  const seen = new Map<string, number>();
  for (const item of items) {
    const key = \`\${item.id}-\${item.${pick(['name', 'state', 'id'])} ?? 'none'}\`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    if (seen.size >= limit) break;
  }
  return [...seen.entries()].filter(([, count]) => count > ${Math.floor(next() * 3)}).map(([key]) => key.trim().toLowerCase());
}`).join('\n');
  const routes = Array.from({ length: 6 }, (_, n) => `
router.${pick(['get', 'post', 'put'])}('/${thing}s/:id/${n}', async (req, res, next) => {
  try {
    const { rows } = await pool.query(${next() < 0.125 ? `\`SELECT * FROM ${thing}s WHERE id = \${req.params.id}\`` : `'SELECT * FROM ${thing}s WHERE id = $1', [req.params.id]`});
    if (rows.length === 0) {
      res.status(404).json({ error: '${thing} not found' });
      return;
    }
    const view = { ...rows[0], ${fields.map((field) => `${field}: rows[0].${field}`).join(', ')} };
    res.json({ ${thing}: view, links: { self: \`/${thing}s/\${rows[0].id}\` } });
  } catch (error) {
    next(error);
  }
});`).join('\n');
  return `import express from 'express';
import { Pool } from 'pg';

export interface ${Thing} {
  readonly id: number;
  name?: string;
  state?: string;
${fields.filter((field) => field !== 'name' && field !== 'state').map((field) => `  ${field}: string;`).join('\n')}
}

const pool = new Pool({ connectionString: process.env.DATABASE_URL });
export const router = express.Router();
${helpers}

export class ${Thing}Store {
  private readonly cache = new Map<number, ${Thing}>();

  constructor(private readonly database: Pool) {}

  async load(id: number): Promise<${Thing} | undefined> {
    const held = this.cache.get(id);
    if (held) return held;
    const { rows } = await this.database.query('SELECT * FROM ${thing}s WHERE id = $1', [id]);
    if (rows[0]) this.cache.set(id, rows[0]);
    return rows[0];
  }
}
${routes}
`;
}

/** A small file with a flaw, so that everything has to be loaded. */
export const SMALL = `import express from 'express';
import { Pool } from 'pg';

const pool = new Pool({ connectionString: process.env.DATABASE_URL });
export const router = express.Router();

router.get('/orders/:id', async (req, res, next) => {
  try {
    const { rows } = await pool.query(\`SELECT * FROM orders WHERE id = \${req.params.id}\`);
    if (rows.length === 0) {
      res.status(404).json({ error: 'order not found' });
      return;
    }
    res.json(rows[0]);
  } catch (error) {
    next(error);
  }
});
`;
