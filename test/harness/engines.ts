/**
 * Real SQL engines behind the real drivers' wire protocols: Postgres (WASM) for `pg`, SQLite (WASM) speaking MySQL's protocol for `mysql2`.
 * What runs against them is what a user's code would run.
 */
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import mysql from 'mysql2';
import mysqlPromise from 'mysql2/promise';
import pg from 'pg';
import initSqlJs from 'sql.js';

const require = createRequire(import.meta.url);
/** The driver exports no packets; its files do. */
const packets = join(dirname(require.resolve('mysql2/package.json')), 'lib/packets');

/** A query of the code under test, through whatever driver: rows, or the error's message. */
export interface Engine<Client> {
  readonly client: Client;
  /** Runs statements directly, past the driver. */
  readonly reset: () => Promise<void>;
  readonly close: () => Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function postgres(setup: string): Promise<Engine<pg.Client>> {
  const database = await PGlite.create();
  const port = await freePort();
  const server = new PGLiteSocketServer({ db: database, port, host: '127.0.0.1' });
  await server.start();
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', password: 'x', ssl: false });
  await client.connect();
  return {
    client,
    reset: async () => void (await client.query(setup)),
    close: async () => {
      await client.end();
      await server.stop();
      await database.close();
    },
  };
}

/** Node's own SQLite. */
export async function sqlite(setup: string): Promise<Engine<DatabaseSync>> {
  const { DatabaseSync: Database } = await import('node:sqlite');
  const client = new Database(':memory:');
  return { client, reset: async () => client.exec(setup), close: async () => client.close() };
}

interface WireConnection {
  /** Numbers the packets of one command and its answer, from 0; the driver's server side leaves it to us. */
  sequenceId: number;
  on(event: string, listener: (...args: never[]) => void): void;
  serverHandshake(options: object): void;
  writeOk(values?: object): void;
  writeError(error: { message: string; code: number }): void;
  writeColumns(columns: readonly object[]): void;
  writeTextRow(row: readonly unknown[]): void;
  writeEof(): void;
  writePacket(packet: unknown): void;
}

/** MySQL's protocol with SQLite behind it: text queries and prepared statements. */
export async function mysqlServer(setup: string): Promise<Engine<mysqlPromise.Connection>> {
  const SQL = await initSqlJs();
  let database = new SQL.Database();
  const server = (mysql as unknown as { createServer(): { on(event: 'connection', listener: (connection: WireConnection) => void): void; listen(port: number, host: string): void; close(done: () => void): void } }).createServer();
  const port = await freePort();
  server.on('connection', (connection) => {
    const statements: string[] = [];
    connection.serverHandshake({ protocolVersion: 10, serverVersion: '8.0.0', connectionId: 1, statusFlags: 2, characterSet: 33, capabilityFlags: 0xffffff & ~0x1000000, authCallback: (_user: unknown, accept: (error: null) => void) => {
      accept(null);
      connection.sequenceId = 0;
    } });
    connection.on('query', ((sql: string) => {
      connection.sequenceId = 1;
      answer(connection, () => rowsOf(database, sql, []), 'text');
      connection.sequenceId = 0;
    }) as never);
    connection.on('stmt_prepare', ((sql: string) => {
      connection.sequenceId = 1;
      statements.push(sql);
      writePrepared(connection, statements.length, countMarks(sql));
      connection.sequenceId = 0;
    }) as never);
    connection.on('stmt_execute', ((id: number, _flags: number, _count: number, values: readonly (string | number | null)[]) => {
      connection.sequenceId = 1;
      answer(connection, () => rowsOf(database, statements[id - 1]!, values), 'binary');
      connection.sequenceId = 0;
    }) as never);
    connection.on('error', (() => undefined) as never);
  });
  server.listen(port, '127.0.0.1');
  const client = await mysqlPromise.createConnection({ host: '127.0.0.1', port, user: 'x' });
  return {
    client,
    reset: async () => {
      database.close();
      database = new SQL.Database();
      database.run(setup);
    },
    close: async () => {
      client.destroy();
      await new Promise<void>((resolve) => server.close(resolve));
      database.close();
    },
  };
}

interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

function rowsOf(database: { prepare(sql: string, values?: never): { step(): boolean; get(): unknown[]; getColumnNames(): string[]; free(): void; bind(values: never): boolean } }, sql: string, values: readonly (string | number | null)[]): Rows {
  const statement = database.prepare(inSqlite(sql));
  try {
    if (values.length > 0) statement.bind(values as never);
    const rows: unknown[][] = [];
    while (statement.step()) rows.push(statement.get());
    return { columns: statement.getColumnNames(), rows };
  } finally {
    statement.free();
  }
}

/** MySQL reads backslash escapes in literals, SQLite does not: the same literal in SQLite's writing. */
function inSqlite(sql: string): string {
  return sql.replace(/'(?:[^'\\]|\\[\s\S]|'')*'/g, (literal) => literal.replace(/\\([\s\S])/g, (_, char: string) => ({ n: '\n', r: '\r', t: '\t', 0: '\0', "'": "''" })[char] ?? char));
}

function answer(connection: WireConnection, run: () => Rows, form: 'text' | 'binary'): void {
  try {
    const { columns, rows } = run();
    if (columns.length === 0) {
      connection.writeOk();
      return;
    }
    connection.writeColumns(columns.map((name) => ({ catalog: 'def', schema: '', table: '', orgTable: '', name, orgName: name, characterSet: 33, columnLength: 255, columnType: 253, flags: 0, decimals: 0 })));
    for (const row of rows) {
      const texts = row.map((value) => (value === null ? null : String(value)));
      if (form === 'text') connection.writeTextRow(texts);
      else writeBinaryRow(connection, texts);
    }
    connection.writeEof();
  } catch (error) {
    connection.writeError({ message: (error as Error).message, code: 1064 });
  }
}

function countMarks(sql: string): number {
  return (sql.replace(/'(?:[^']|'')*'/g, '').match(/\?/g) ?? []).length;
}

/** The protocol's answer to COM_STMT_PREPARE: status, id, columns, parameters, then a definition of each parameter. */
function writePrepared(connection: WireConnection, id: number, marks: number): void {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(id, 1);
  header.writeUInt16LE(marks, 7);
  writeRaw(connection, header);
  if (marks === 0) return;
  const ColumnDefinition = require(join(packets, 'column_definition.js')) as { toPacket(column: object, sequence: number): unknown };
  for (let i = 0; i < marks; i++) connection.writePacket(ColumnDefinition.toPacket({ catalog: 'def', schema: '', table: '', orgTable: '', name: '?', orgName: '', characterSet: 33, columnLength: 255, columnType: 253, flags: 0, decimals: 0 }, 0));
  connection.writeEof();
}

function writeBinaryRow(connection: WireConnection, row: readonly (string | null)[]): void {
  const bitmap = Buffer.alloc((row.length + 9) >> 3);
  row.forEach((value, index) => {
    if (value === null) bitmap[(index + 2) >> 3]! |= 1 << ((index + 2) & 7);
  });
  const cells = row.flatMap((value) => (value === null ? [] : [Buffer.from([Buffer.byteLength(value)]), Buffer.from(value)]));
  writeRaw(connection, Buffer.concat([Buffer.from([0]), bitmap, ...cells]));
}

function writeRaw(connection: WireConnection, body: Buffer): void {
  const Packet = require(join(packets, 'packet.js')) as new (id: number, buffer: Buffer, start: number, end: number) => unknown;
  const buffer = Buffer.concat([Buffer.alloc(4), body]);
  connection.writePacket(new Packet(0, buffer, 0, buffer.length));
}
