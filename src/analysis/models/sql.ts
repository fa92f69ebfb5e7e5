/** Where SQL text goes in: calls by API, and by name where only the name is known. */

/** How a driver takes values apart from the text. */
export interface DriverStyle {
  /** What stands for a value in the text: `$1`, `?`, `:1`. */
  readonly mark: 'dollar' | 'question' | 'colon';
  /** Where the values go: an array behind the text, arguments behind it, an option, or the arguments of the call on the prepared statement. */
  readonly values: 'array' | 'spread' | 'replacements' | 'prepared';
  /** An array as one value stands for a list: compared with `ANY`, or written out by the driver in `query` alone. */
  readonly lists: 'any' | 'in-query' | 'never';
  /** Needs the types of parameters to be clear from the text. */
  readonly isTyped: boolean;
}

const POSTGRES: DriverStyle = { mark: 'dollar', values: 'array', lists: 'any', isTyped: true };
const QUESTION: DriverStyle = { mark: 'question', values: 'array', lists: 'never', isTyped: false };

export const DRIVERS = {
  'pg': POSTGRES,
  'mysql2': { ...QUESTION, lists: 'in-query' },
  'question': QUESTION,
  'prepared': { ...QUESTION, values: 'prepared' },
  'replacements': { ...QUESTION, values: 'replacements' },
  'dollar-spread': { ...POSTGRES, values: 'spread' },
  'oracle': { mark: 'colon', values: 'array', lists: 'never', isTyped: true },
} as const satisfies Record<string, DriverStyle>;

/** `none`: its calls are reported, and not rewritten. */
export type Driver = keyof typeof DRIVERS | 'none';

export interface SqlSink {
  /** Which argument is the SQL. */
  readonly arg: number;
  readonly driver: Driver;
  /** The whole text need not look like SQL: the callee takes nothing else, or takes a fragment. */
  readonly certain: boolean;
}

const table: Record<string, SqlSink> = {};

function sinks(paths: string, sink: SqlSink): void {
  for (const path of paths.trim().split(/\s+/)) table[path] = sink;
}

const certain = (driver: Driver, arg = 0): SqlSink => ({ arg, driver, certain: true });

sinks('pg.Connection.query @vercel/postgres.sql.query @neondatabase/serverless.neon().query', certain('pg'));
sinks('mysql2.Connection.query mysql2.Connection.execute mysql.Connection.query mysql.Connection.execute', certain('mysql2'));
sinks('better-sqlite3.Database.prepare', certain('prepared'));
sinks('sqlite3.Database.run sqlite3.Database.all sqlite3.Database.get sqlite3.Database.each knex.Connection.raw knex.raw @libsql/client.createClient().execute @planetscale/database.connect().execute', certain('question'));
sinks('sequelize.Connection.query', certain('replacements'));
sinks('prisma.Client.$queryRawUnsafe prisma.Client.$executeRawUnsafe', certain('dollar-spread'));
sinks('oracledb.Connection.execute', certain('oracle'));
sinks('postgres.Sql.unsafe pg-promise.Connection.any pg-promise.Connection.one pg-promise.Connection.none pg-promise.Connection.oneOrNone pg-promise.Connection.many pg-promise.Connection.manyOrNone pg-promise.Connection.query pg-promise.Connection.result', certain('pg'));
sinks(`better-sqlite3.Database.exec better-sqlite3.Database.query better-sqlite3.Database.run sqlite3.Database.exec sqlite3.Database.prepare mssql.Request.query mssql.Request.batch mssql.query mssql.Connection.query mssql.Connection.batch oracledb.Connection.executeMany
  knex.Connection.schema.raw sequelize.Sequelize.literal sequelize.Connection.literal sequelize.literal @prisma/client.Prisma.raw @prisma/client.Prisma.sql
  typeorm.Connection.query drizzle-orm.sql.raw drizzle.Connection.execute kysely.sql.raw kysely.CompiledQuery.raw`, certain('none'));

export const SQL_CALLS: ReadonlyMap<string, SqlSink> = new Map(Object.entries(table));

const fragment: SqlSink = { arg: 0, driver: 'none', certain: true };
const spread: SqlSink = { arg: 0, driver: 'dollar-spread', certain: true };
const raw: SqlSink = { arg: 0, driver: 'question', certain: true };
const named: SqlSink = { arg: 0, driver: 'none', certain: false };

/** By method name, on an object of which nothing is known. */
export const SQL_NAMES: ReadonlyMap<string, SqlSink> = new Map([
  ...'$queryRawUnsafe $executeRawUnsafe'.split(' ').map((name) => [name, spread] as const),
  ...'whereRaw orWhereRaw andWhereRaw havingRaw'.split(' ').map((name) => [name, raw] as const),
  ...'orderByRaw groupByRaw joinRaw fromRaw'.split(' ').map((name) => [name, fragment] as const),
  ...'query execute exec raw run all get each prepare any one none oneOrNone many manyOrNone unsafe batch queryAsync executeSql runQuery sql queryRaw executeQuery querySql rawQuery dbQuery literal'.split(' ').map((name) => [name, named] as const),
]);

/** Builders of TypeORM and its like, whose string arguments are SQL fragments. */
export const SQL_FRAGMENTS: ReadonlySet<string> = new Set('where andWhere orWhere having andHaving orHaving addSelect orderBy addOrderBy innerJoin leftJoin'.split(' '));

/** Upper case keywords in their order are SQL whatever stands between. */
export const SHOUTS_SQL = /^\s*SELECT\s[\s\S]{1,2000}\sFROM\s/;

/** Texts that are SQL and hardly anything else; holes read as a word. */
export const LOOKS_LIKE_SQL = /^\s*(?:--[^\n]*\n\s*)?(?:\(?\s*select\s+(?:distinct\s+)?(?:\*|[\w.$*"`()]+(?:\s+as\s+\w+)?(?:\s*,[\s\S]{0,2000})?)\s+from\s|\(?\s*select\s+\w+\(|insert\s+(?:or\s+\w+\s+)?(?:ignore\s+)?into\s|update\s+[\s\S]{1,200}\sset\s|delete\s+from\s|(?:drop|create|alter)\s+(?:or\s+replace\s+)?(?:table|database|index|view|user|schema|unique|role)\s|truncate\s+table\s|with\s+\w+\s+as\s*\(|replace\s+into\s|merge\s+into\s|grant\s+\w+\s+on\s|set\s+search_path)/i;
