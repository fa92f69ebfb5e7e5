/** SQL and document databases: which objects are connections, and where a query's text goes in. */
import { each, type Model } from './model.ts';

export const databases: Model = {
  aliases: {
    ...each('pg.Pool() pg.Client() pg.PoolClient() pg.Connection.connect() pg.pg.Pool() pg-pool() pg.ClientBase() @neondatabase/serverless.Pool() @neondatabase/serverless.Client() @vercel/postgres.createPool() @vercel/postgres.createClient() @vercel/postgres.db.connect()', 'pg.Connection'),
    ...each(`mysql2.createConnection() mysql2.createPool() mysql2/promise.createConnection() mysql2/promise.createPool() mysql2.Connection.getConnection() mysql2.Connection.promise() mysql2.Pool() mysql2.Connection() mysql2.PoolConnection()
      mysql2/promise.Pool() mysql2/promise.Connection() mysql2/promise.PoolConnection()`, 'mysql2.Connection'),
    ...each('mysql.createConnection() mysql.createPool() mysql.Connection.getConnection() mysql.Pool() mysql.Connection() promise-mysql.createConnection() promise-mysql.createPool() mysql.PoolConnection()', 'mysql.Connection'),
    ...each('better-sqlite3() better-sqlite3.Database() node:sqlite.DatabaseSync() sqlite.DatabaseSync() bun:sqlite.Database()', 'better-sqlite3.Database'),
    ...each('sqlite3.Database() sqlite3.verbose().Database() sqlite.open() sqlite3.cached.Database()', 'sqlite3.Database'),
    ...each('mssql.Request() mssql.connect().request() mssql.ConnectionPool().request() mssql.request() mssql.Connection.request()', 'mssql.Request'),
    ...each('mssql.connect() mssql.ConnectionPool()', 'mssql.Connection'),
    ...each('oracledb.getConnection() oracledb.createPool().getConnection() oracledb.Connection() oracledb.getPool().getConnection()', 'oracledb.Connection'),
    ...each('knex() knex.knex() knex.Knex() knex.Connection.transaction()', 'knex.Connection'),
    ...each('sequelize.Sequelize() sequelize()', 'sequelize.Connection'),
    ...each('@prisma/client.PrismaClient()', 'prisma.Client'),
    ...each('typeorm.DataSource() typeorm.createConnection() typeorm.getConnection() typeorm.DataSource typeorm.EntityManager() typeorm.getManager() typeorm.QueryRunner() typeorm.Connection.createQueryRunner() typeorm.Connection.manager typeorm.Connection.getRepository() typeorm.Repository() typeorm.getRepository() typeorm.Connection.getTreeRepository()', 'typeorm.Connection'),
    ...each('typeorm.Connection.createQueryBuilder() typeorm.SelectQueryBuilder()', 'typeorm.Builder'),
    ...each('drizzle-orm.drizzle() drizzle-orm/node-postgres.drizzle() drizzle-orm/mysql2.drizzle() drizzle-orm/better-sqlite3.drizzle() drizzle-orm/postgres-js.drizzle()', 'drizzle.Connection'),
    ...each('kysely.Kysely()', 'kysely.Connection'),
    ...each('mongodb.MongoClient() mongodb.MongoClient.connect()', 'mongodb.Client'),
    ...each('mongodb.Client.db() mongodb.Db()', 'mongodb.Db'),
    ...each('mongodb.Db.collection() mongodb.Collection()', 'mongodb.Collection'),
    ...each('mongoose.model() mongoose.Model()', 'mongoose.Model'),
    ...each('postgres() postgres.postgres()', 'postgres.Sql'),
    ...each('pg-promise()() pg-promise().IDatabase()', 'pg-promise.Connection'),
  },
  callbacks: {
    'pg.Connection.connect': ['', 'pg.Connection'], 'mysql.Connection.getConnection': ['', 'mysql.Connection'], 'mysql2.Connection.getConnection': ['', 'mysql2.Connection'],
    'knex.Connection.transaction': ['knex.Connection'], 'prisma.Client.$transaction': ['prisma.Client'], 'sequelize.Connection.transaction': [''], 'typeorm.Connection.transaction': ['typeorm.Connection'],
    'drizzle.Connection.transaction': ['drizzle.Connection'],
  },
};
