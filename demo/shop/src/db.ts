/** The one connection pool. Where and as whom to connect comes from the environment (PGHOST, PGUSER, PGPASSWORD, PGDATABASE). */
import pg from 'pg';

export const pool = new pg.Pool({ max: 10, idleTimeoutMillis: 30_000 });
