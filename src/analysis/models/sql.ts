/** Where SQL text goes in: calls by API, and by name where only the name is known. */

/** How a driver takes values apart from the text. `none`: its calls are reported, and not rewritten. */
export type Driver = 'pg' | 'mysql2' | 'none';

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
sinks(`better-sqlite3.Database.prepare better-sqlite3.Database.exec better-sqlite3.Database.query better-sqlite3.Database.run sqlite3.Database.run sqlite3.Database.all sqlite3.Database.get sqlite3.Database.each sqlite3.Database.exec sqlite3.Database.prepare
  mssql.Request.query mssql.Request.batch mssql.query mssql.Connection.query mssql.Connection.batch oracledb.Connection.execute oracledb.Connection.executeMany
  knex.Connection.raw knex.Connection.schema.raw knex.raw sequelize.Connection.query sequelize.Sequelize.literal sequelize.Connection.literal sequelize.literal
  prisma.Client.$queryRawUnsafe prisma.Client.$executeRawUnsafe @prisma/client.Prisma.raw @prisma/client.Prisma.sql
  typeorm.Connection.query drizzle-orm.sql.raw drizzle.Connection.execute kysely.sql.raw kysely.CompiledQuery.raw postgres.Sql.unsafe
  pg-promise.Connection.any pg-promise.Connection.one pg-promise.Connection.none pg-promise.Connection.oneOrNone pg-promise.Connection.many pg-promise.Connection.manyOrNone pg-promise.Connection.query pg-promise.Connection.result
  @libsql/client.createClient().execute @planetscale/database.connect().execute`, certain('none'));

export const SQL_CALLS: ReadonlyMap<string, SqlSink> = new Map(Object.entries(table));

const fragment: SqlSink = { arg: 0, driver: 'none', certain: true };
const named: SqlSink = { arg: 0, driver: 'none', certain: false };

/** By method name, on an object of which nothing is known. */
export const SQL_NAMES: ReadonlyMap<string, SqlSink> = new Map([
  ...'$queryRawUnsafe $executeRawUnsafe whereRaw orWhereRaw andWhereRaw havingRaw orderByRaw groupByRaw joinRaw fromRaw'.split(' ').map((name) => [name, fragment] as const),
  ...'query execute exec raw run all get each prepare any one none oneOrNone many manyOrNone unsafe batch queryAsync executeSql runQuery sql queryRaw executeQuery querySql rawQuery dbQuery literal'.split(' ').map((name) => [name, named] as const),
]);

/** Builders of TypeORM and its like, whose string arguments are SQL fragments. */
export const SQL_FRAGMENTS: ReadonlySet<string> = new Set('where andWhere orWhere having andHaving orHaving addSelect orderBy addOrderBy innerJoin leftJoin'.split(' '));

/** Texts that are SQL and hardly anything else; holes read as a word. */
export const LOOKS_LIKE_SQL = /^\s*(?:--[^\n]*\n\s*)?(?:\(?\s*select\s[\s\S]{0,2000}\sfrom\s|\(?\s*select\s+\w+\(|insert\s+(?:or\s+\w+\s+)?(?:ignore\s+)?into\s|update\s+[\s\S]{1,200}\sset\s|delete\s+from\s|(?:drop|create|alter)\s+(?:or\s+replace\s+)?(?:table|database|index|view|user|schema|unique|role)\s|truncate\s+table\s|with\s+\w+\s+as\s*\(|replace\s+into\s|merge\s+into\s|grant\s+\w+\s+on\s|set\s+search_path)/i;
