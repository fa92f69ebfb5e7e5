/** Addresses that carry a password: databases, brokers, caches, mail, anything with `scheme://user:password@host`. */
import type { Range } from '#core/text';
import { type Candidate, WEIGHT } from './candidate.ts';
import { isPlaceholder, isReference } from './placeholder.ts';
import { isWordy } from './shape.ts';

const SCHEMES: ReadonlyMap<string, string> = new Map([
  ['postgres', 'PostgreSQL'],
  ['postgresql', 'PostgreSQL'],
  ['postgis', 'PostgreSQL'],
  ['mysql', 'MySQL'],
  ['mysqlx', 'MySQL'],
  ['mariadb', 'MariaDB'],
  ['mongodb', 'MongoDB'],
  ['mongodb+srv', 'MongoDB'],
  ['redis', 'Redis'],
  ['rediss', 'Redis'],
  ['valkey', 'Valkey'],
  ['amqp', 'AMQP'],
  ['amqps', 'AMQP'],
  ['mqtt', 'MQTT'],
  ['mqtts', 'MQTT'],
  ['nats', 'NATS'],
  ['stomp', 'STOMP'],
  ['kafka', 'Kafka'],
  ['smtp', 'SMTP'],
  ['smtps', 'SMTP'],
  ['imap', 'IMAP'],
  ['imaps', 'IMAP'],
  ['ldap', 'LDAP'],
  ['ldaps', 'LDAP'],
  ['ftp', 'FTP'],
  ['ftps', 'FTP'],
  ['sftp', 'SFTP'],
  ['ssh', 'SSH'],
  ['sqlserver', 'SQL Server'],
  ['mssql', 'SQL Server'],
  ['oracle', 'Oracle'],
  ['clickhouse', 'ClickHouse'],
  ['cockroachdb', 'CockroachDB'],
  ['cassandra', 'Cassandra'],
  ['couchbase', 'Couchbase'],
  ['couchdb', 'CouchDB'],
  ['neo4j', 'Neo4j'],
  ['neo4j+s', 'Neo4j'],
  ['bolt', 'Neo4j'],
  ['influxdb', 'InfluxDB'],
  ['elasticsearch', 'Elasticsearch'],
  ['snowflake', 'Snowflake'],
  ['cloudinary', 'Cloudinary'],
  ['libsql', 'libSQL'],
]);

/** Longest `user:password` looked at after `://`. */
const REACH = 420;

/** Every address with a password in it. Linear: each `://` is looked at once, over a bounded reach. */
export function connectionsIn(text: string): Candidate[] {
  const found: Candidate[] = [];
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    const candidate = addressAt(text, at);
    if (candidate !== undefined) found.push(candidate);
  }
  for (const [mark, pattern, what] of OTHERS) {
    if (!text.includes(mark)) continue;
    for (const match of text.matchAll(pattern)) {
      const [, password = ''] = match;
      if (isStandIn(password, 'db')) continue;
      const start = match.index + match[0].lastIndexOf(password);
      found.push(candidateOf({ start, end: start + password.length }, what, password, WEIGHT.connection));
    }
  }
  return found;
}

/** Addresses of other shapes. The group is the password. */
const OTHERS: readonly (readonly [string, RegExp, string])[] = [
  ['@tcp(', /(?<![\w.-])[\w.-]{1,60}:([^\s:@"'`/]{4,100})@tcp\(/g, 'MySQL connection string with a password'],
  ['jdbc:oracle', /jdbc:oracle:(?:thin|oci\d?):[\w$]{1,40}\/([^@\s"']{4,100})@/g, 'Oracle connection string with a password'],
  ['curl', /\bcurl\s[^\n]{0,200}?(?:-u|--user)[ =]["']?[\w.@-]{1,60}:([^\s"':]{4,100})/g, 'Password on a command line'],
  ['mysql', /\bmysql(?:dump|admin)?\s[^\n]{0,120}?\s-p([^\s"'`$;]{4,60})/g, 'Password on a command line'],
  ['sshpass', /\bsshpass\s{1,4}-p\s?["']?([^\s"']{4,100})/g, 'Password on a command line'],
  ['IDENTIFIED BY', /\bIDENTIFIED BY\s{1,4}["']([^"'\n]{4,100})["']/g, 'Database password'],
  ['identified by', /\bidentified by\s{1,4}["']([^"'\n]{4,100})["']/g, 'Database password'],
];

function addressAt(text: string, colon: number): Candidate | undefined {
  const start = schemeStart(text, colon);
  if (start === colon) return undefined;
  const scheme = text.slice(start, colon).toLowerCase();
  if (scheme === 'file' || scheme === 'op') return undefined;
  const authority = authorityAt(text, colon + 3);
  const at = authority.lastIndexOf('@');
  if (at < 0) return undefined;
  const login = authority.slice(0, at);
  const split = loginSplit(login);
  if (split < 0) return undefined;
  const password = login.slice(split + 1);
  const host = authority.slice(at + 1);
  if (host === '' || isStandIn(password, host) || password === login.slice(0, split)) return undefined;
  const what = SCHEMES.get(scheme);
  const range = { start, end: addressEnd(text, colon + 3 + authority.length) };
  return what === undefined
    ? candidateOf(range, 'Password in a URL', password, WEIGHT.url)
    : candidateOf(range, `${what} connection string with a password`, password, WEIGHT.connection);
}

function candidateOf(range: Range, what: string, password: string, weight: number): Candidate {
  return { range, kind: 'connection-string', format: what.toLowerCase().replaceAll(' ', '-'), what, prefix: '', severity: 'high', values: [password], weight };
}

function schemeStart(text: string, colon: number): number {
  let at = colon;
  while (at > 0 && colon - at < 24 && /[a-z\d+.-]/i.test(text[at - 1]!)) at--;
  while (at < colon && !/[a-z]/i.test(text[at]!)) at++;
  // In "\nhttp://" the n belongs to the escape.
  if (text[at - 1] === '\\' && /[nrt]/.test(text[at]!)) at++;
  return at;
}

/** User, password and host: up to a `/` outside `${...}`, a space or the closing quote. Passwords may hold `#` and `?`. */
function authorityAt(text: string, from: number): string {
  let depth = 0;
  const limit = Math.min(text.length, from + REACH);
  let end = from;
  for (; end < limit; end++) {
    const unit = text[end]!;
    if (unit === '{') depth++;
    else if (unit === '}') depth = Math.max(0, depth - 1);
    if (unit === '\n' || unit === '"' || unit === '`' || unit === '\\') break;
    if (depth === 0 && (unit === '/' || unit === "'" || unit === ' ' || unit === '\t' || unit === '<' || unit === ')')) break;
  }
  return text.slice(from, end);
}

/** The colon between user and password, outside `${...}`. */
function loginSplit(login: string): number {
  let depth = 0;
  for (let at = 0; at < login.length; at++) {
    if (login[at] === '{') depth++;
    else if (login[at] === '}') depth--;
    else if (login[at] === ':' && depth === 0) return at;
  }
  return -1;
}

function addressEnd(text: string, from: number): number {
  let end = from;
  const limit = Math.min(text.length, from + REACH);
  while (end < limit && !/[\s"'`<>\\)]/.test(text[end]!)) end++;
  return end;
}

/** True when this password, at this host, is one that documentation and local set-ups use, or is filled in elsewhere. */
export function isStandIn(password: string, host: string): boolean {
  const plain = decode(password);
  if (plain.length < 4 || isReference(plain) || /^[$%{<[*]|\$\{|\{\{|[{}<>]|^%s|^process\.env/.test(plain)) return true;
  if (COMMON.test(plain) || (isPlaceholder(plain) && !/^\d+$/.test(plain))) return true;
  const wordy = !/\d/.test(plain) && isWordy(plain) && !/[!#$%^&*+=?~]/.test(plain);
  return wordy && (plain.length < 8 || LOCAL.test(host));
}

const COMMON =
  /^(?:pass|passw(?:or)?d|pwd|pw|(?:my|some|the|new|app|super)[-_]?(?:secret)?(?:[-_]?pass(?:word)?)?|secret|user|username|admin|root|guest|test|testing|postgres|mysql|mongo|mongodb|redis|rabbit|rabbitmq|minioadmin|token|api[-_]?key|key|changeme|db[-_]?pass(?:word)?|user[-_]?pass(?:word)?|password[-_]?\d?|pass\d{0,3}|x-oauth-basic|x-access-token|\d{1,5})$/i;
const LOCAL = /^(?:localhost|127\.|0\.0\.0\.0|\[::1\]|host(?:name)?(?::|$)|db(?::|$)|server(?::|$)|postgres(?::|$)|mysql(?::|$)|mongo(?::|$)|redis(?::|$)|(?:[\w-]+\.)?example\.(?:com|org|net)|your|.*\.local(?::|$)|.*\.test(?::|$))/i;

function decode(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}
