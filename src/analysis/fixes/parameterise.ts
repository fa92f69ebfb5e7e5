/**
 * From SQL put together as text to constant SQL with its values passed apart. Offered only when every dangerous value stands where a value may
 * stand and the driver takes it there; the code around the values stays as it was written.
 */
import type { Edit } from '#core/text';
import { toChange } from '#core/text';
import type { CallEvent } from '../flow/events.ts';
import type { Expr, Slot } from '../flow/program.ts';
import { DRIVERS, type DriverStyle, type SqlSink } from '../models/sql.ts';
import { defineFix, type Repair, type RuleInput } from '../rule.ts';
import { readSql, type HolePlace, type SqlReading } from './sql-text.ts';
import { layOut, type Layout } from './text-layout.ts';

export interface QueryPlace {
  readonly event: CallEvent;
  readonly sink: SqlSink;
  /** The expression that is the SQL text at the call. */
  readonly node: Expr;
  /** The dangerous values. */
  readonly bad: readonly Expr[];
}

const TITLES = {
  pg: 'Pass the values as parameters ($1, node-postgres)',
  mysql2: 'Pass the values as parameters (?, mysql2)',
} as const;

export const parameterise = defineFix<QueryPlace>((place, input) => {
  const { sink, event } = place;
  if (sink.driver !== 'none') {
    const repair = rewrite(place, DRIVERS[sink.driver], input, 'Pass the values as parameters', 'safe');
    return repair ? [repair] : [];
  }
  // An object of which nothing is known: the reader knows which driver stands behind it.
  if (event.api !== undefined && !event.api.startsWith('.') && /^[a-z@]/.test(event.api) && event.api.includes('.') && isLibrary(event.api)) return [];
  if (event.name !== 'query' && event.name !== 'execute') return [];
  const drivers = event.name === 'execute' ? (['mysql2'] as const) : (['pg', 'mysql2'] as const);
  return drivers.flatMap((driver) => rewrite(place, DRIVERS[driver], input, TITLES[driver], 'suggestion') ?? []);
});

/** APIs of the known databases whose calls take values in a way of their own. */
function isLibrary(api: string): boolean {
  return /^(?:better-sqlite3|sqlite3|mssql|oracledb|knex|sequelize|prisma|@prisma|typeorm|drizzle|drizzle-orm|kysely|postgres|pg-promise|@libsql|@planetscale)\b/.test(api);
}

/** Functions of Postgres that name the type of their text argument, so that a parameter there has one. */
const PG_FUNCTIONS = new Set('lower upper trim btrim ltrim rtrim date_trunc to_char to_date to_timestamp to_tsquery plainto_tsquery websearch_to_tsquery length md5 replace substring position date'.split(' '));
const VERBS = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'WITH', 'REPLACE']);
/** Methods that take a condition alone. */
const CONDITIONS = /^(?:where|orWhere|andWhere|having)Raw$/;

interface Value {
  /** Position in the read text, for the order of `?`. */
  readonly at: number;
  readonly code: string;
}

function rewrite(place: QueryPlace, driver: DriverStyle, input: RuleInput, title: string, kind: Repair['kind']): Repair | undefined {
  const expr = definitionOf(place, input);
  const layout = expr && layOut(expr, input.text);
  if (layout === undefined) return undefined;
  const reading = readSql(layout.text);
  if (reading.isOdd || (!VERBS.has(reading.verb) && !CONDITIONS.test(place.event.name)) || (driver.mark === 'question' && reading.quotedMarks > 0)) return undefined;
  // Marks that the reader does not count.
  if (driver.mark === 'colon' && /:\w/.test(layout.text)) return undefined;
  const edits: Edit[] = [];
  const values: Value[] = [];
  let next = reading.highest;
  const done = new Set<HolePlace>();
  for (const [index, hole] of layout.holes.entries()) {
    const where = reading.holes[index]!;
    if (done.has(where)) continue;
    const isBad = place.bad.some((node) => node.start >= hole.node.start && node.end <= hole.node.end);
    const isFixed = !isBad && isWritten(hole.node, input);
    if (isFixed) continue;
    const one = replacement(where, layout, driver, place.event.name, input, next + 1);
    if (one === undefined) {
      if (isBad) return undefined;
      continue;
    }
    done.add(where);
    next++;
    const edit = layout.replace(one.start, one.end, one.sql);
    if (edit === undefined) return undefined;
    edits.push(edit);
    values.push({ at: one.start, code: one.code });
  }
  if (values.length === 0 || (driver.mark !== 'question' && reading.marks.length > 0) || (driver.mark !== 'dollar' && reading.highest > 0)) return undefined;
  const passed = passValues(place, driver, reading, values, input);
  if (passed === undefined) return undefined;
  return { title, kind, change: toChange([...edits, ...passed]) };
}

/** The text's own expression: at the call, or one step before it in a constant that only this call reads. */
function definitionOf({ node, event }: QueryPlace, input: RuleInput): Expr | undefined {
  if (node.kind !== 'name') return node;
  const definition = input.flow.definitions.get(node.slot);
  if (definition === undefined || node.slot.reads !== 1 || node.slot.writes > 0) return undefined;
  const inside = (outer: { start: number; end: number }, inner: { start: number; end: number }): boolean => outer.start <= inner.start && inner.end <= outer.end;
  // The values are read at the call then: they must be the same there.
  if (input.flow.program.functions.some((fn) => inside(fn, event.node) !== inside(fn, definition))) return undefined;
  return everyName(definition, (slot) => slot.writes === 0) ? definition : undefined;
}

function everyName(expr: Expr, test: (slot: Slot) => boolean): boolean {
  switch (expr.kind) {
    case 'name':
      return test(expr.slot);
    case 'constant':
    case 'this':
      return true;
    case 'member':
      return everyName(expr.object, test) && (typeof expr.key === 'string' || everyName(expr.key, test));
    case 'template':
      return expr.tag === undefined && expr.values.every((value) => everyName(value, test));
    case 'binary':
      return everyName(expr.left, test) && everyName(expr.right, test);
    case 'cast':
      return everyName(expr.value, test);
    case 'call':
      return expr.callee.kind === 'member' && expr.callee.key === 'join' && everyName(expr.callee.object, test) && expr.args.every((arg) => everyName(arg, test));
    default:
      return false;
  }
}

/** A name the program fixes: a constant in capitals or one set to a literal. It may stay in the text. */
function isWritten(node: Expr, input: RuleInput): boolean {
  if (node.kind === 'constant') return true;
  if (node.kind !== 'name') return false;
  const definition = input.flow.definitions.get(node.slot);
  return definition?.kind === 'constant' || /^[A-Z][A-Z0-9_]*$/.test(node.slot.name);
}

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly sql: string;
  readonly code: string;
}

function replacement(where: HolePlace, layout: Layout, driver: DriverStyle, method: string, input: RuleInput, number: number): Replacement | undefined {
  const mark = driver.mark === 'dollar' ? `$${number}` : driver.mark === 'colon' ? `:${number}` : '?';
  switch (where.kind) {
    case 'value': {
      const hole = layout.holes.find((one) => one.at === where.start)!;
      if (driver.isTyped && !isTyped(where.clause)) return undefined;
      const code = source(hole.node, input);
      if (driver === DRIVERS.mysql2 && where.clause === 'LIMIT') return method === 'execute' ? undefined : { start: where.start, end: where.end, sql: mark, code: /^(?:Number|parseInt)\(/.test(code) ? code : `Number(${code})` };
      return { start: where.start, end: where.end, sql: mark, code };
    }
    case 'quoted': {
      const isText = where.quote === "'" || (where.quote === '"' && driver === DRIVERS.mysql2);
      if (!isText || !where.isValue || (driver.isTyped && !isTyped(where.clause))) return undefined;
      const code = content(where.start + 1, where.end - 1, layout, input);
      return code === undefined ? undefined : { start: where.start, end: where.end, sql: mark, code };
    }
    case 'list': {
      const hole = layout.holes.find((one) => one.at === where.listStart);
      const items = hole && joinedList(hole.node);
      if (items === undefined || driver.lists === 'never' || (driver.lists === 'in-query' && method !== 'query')) return undefined;
      const sql = driver.lists === 'any' ? `${where.isNegated ? '<> ALL' : '= ANY'}(${mark})` : `${where.isNegated ? 'NOT IN' : 'IN'} (${mark})`;
      return { start: where.start, end: where.end, sql, code: source(items, input) };
    }
    case 'name':
    case 'comment':
      return undefined;
  }
}

/** Postgres can tell the type of a parameter there. */
function isTyped(clause: string): boolean {
  return clause === '' || clause === 'LIMIT' || clause === 'VALUES' || clause === 'IN' || PG_FUNCTIONS.has(clause);
}

/** `list.join(',')`, or `list.map((x) => `'${x}'`).join(',')`: the list itself. */
function joinedList(node: Expr): Expr | undefined {
  if (node.kind !== 'call' || node.callee.kind !== 'member' || node.callee.key !== 'join') return undefined;
  const separator = node.args[0];
  if (separator !== undefined && !(separator.kind === 'constant' && typeof separator.value === 'string' && separator.value.trim() === ',')) return undefined;
  const list = node.callee.object;
  if (list.kind === 'name' || list.kind === 'member') return list;
  if (list.kind !== 'call' || list.callee.kind !== 'member' || list.callee.key !== 'map') return undefined;
  const fn = list.args[0];
  const only = fn?.kind === 'function' && fn.body.length === 1 ? fn.body[0] : undefined;
  const param = fn?.kind === 'function' ? fn.params[0]?.target : undefined;
  if (only?.kind !== 'return' || only.value?.kind !== 'template' || only.value.tag || param?.kind !== 'bind') return undefined;
  const { texts, values } = only.value;
  const quotes = texts.length === 2 && texts[0]!.value === "'" && texts[1]!.value === "'";
  const same = values[0]?.kind === 'name' && values[0].slot === param.slot;
  return quotes && same && (list.callee.object.kind === 'name' || list.callee.object.kind === 'member') ? list.callee.object : undefined;
}

/** What stood between the quotes, as an expression: the one value, or a template that keeps the text around it. */
function content(start: number, end: number, layout: Layout, input: RuleInput): string | undefined {
  const holes = layout.holes.filter((hole) => hole.at >= start && hole.at < end);
  if (holes.length === 1 && end - start === 1) return source(holes[0]!.node, input);
  let code = '`';
  for (let at = start; at < end; at++) {
    const hole = holes.find((one) => one.at === at);
    const char = layout.text[at]!;
    if (hole) code += '${' + source(hole.node, input) + '}';
    else if (char === '`' || char === '\\' || char === '$' || char === "'" || char === '\n') return undefined;
    else code += char;
  }
  return code + '`';
}

function source(node: Expr, input: RuleInput): string {
  const code = input.text.slice(node.start, node.end);
  return node.kind === 'sequence' || node.kind === 'assign' ? `(${code})` : code;
}

/** Edits that hand the values to the call, in the order the driver reads them. */
function passValues({ event, sink, node }: QueryPlace, driver: DriverStyle, reading: SqlReading, values: readonly Value[], input: RuleInput): readonly Edit[] | undefined {
  const existing = driver.mark === 'question' ? reading.marks.length : reading.highest;
  const list = values.map((value) => value.code).join(', ');
  const first = event.node.args[sink.arg]!;
  if (first !== node && first.kind === 'object') {
    const entry = first.entries.find((one) => 'key' in one && one.key === 'values');
    if (entry !== undefined && 'key' in entry) return extend(entry.value, existing, driver, reading, values);
    const textEntry = first.entries.find((one) => 'key' in one && one.value === node);
    if (textEntry === undefined || existing > 0 || first.entries.some((one) => !('key' in one))) return undefined;
    return [{ range: { start: textEntry.end, end: textEntry.end }, text: `, values: [${list}]` }];
  }
  if (first !== node) return undefined;
  if (driver.values === 'prepared') return toPrepared(event, list, existing, input);
  if (driver.values === 'spread') return event.node.args.length === sink.arg + 1 && existing === 0 ? [{ range: afterParentheses({ start: first.end, end: first.end }, first, event, input), text: `, ${list}` }] : undefined;
  if (driver.values === 'replacements') return asReplacements(event.node.args[sink.arg + 1], first, list, existing, event, input);
  const second = event.node.args[sink.arg + 1];
  if (second === undefined || second.kind === 'function') {
    if (existing > 0) return undefined;
    return [{ range: { start: first.end, end: first.end }, text: `, [${list}]` }].map((edit) => ({ ...edit, range: afterParentheses(edit.range, first, event, input) }));
  }
  return extend(second, existing, driver, reading, values);
}

/** `db.prepare(text).get()`: the values go to the call on the statement, which must follow at once and take none yet. */
function toPrepared(event: CallEvent, list: string, existing: number, input: RuleInput): readonly Edit[] | undefined {
  const outer = input.flow.calls.find(({ node }) => node.callee.kind === 'member' && node.callee.object === event.node);
  if (outer === undefined || existing > 0 || outer.node.args.length > 0 || !['get', 'all', 'run', 'iterate'].includes(outer.name)) return undefined;
  return [{ range: { start: outer.node.close, end: outer.node.close }, text: list }];
}

/** Sequelize takes them as an option. */
function asReplacements(options: Expr | undefined, first: Expr, list: string, existing: number, event: CallEvent, input: RuleInput): readonly Edit[] | undefined {
  if (existing > 0) return undefined;
  if (options === undefined) return [{ range: afterParentheses({ start: first.end, end: first.end }, first, event, input), text: `, { replacements: [${list}] }` }];
  if (options.kind !== 'object' || options.entries.some((entry) => !('key' in entry) || entry.key === 'replacements' || entry.key === 'bind')) return undefined;
  const before = options.entries[0];
  return before ? [{ range: { start: before.start, end: before.start }, text: `replacements: [${list}], ` }] : undefined;
}

/** The end of an argument that stands in parentheses of its own is behind them. */
function afterParentheses(range: { start: number; end: number }, first: Expr, event: CallEvent, input: RuleInput): { start: number; end: number } {
  const limit = event.node.args[1]?.start ?? event.node.close;
  let end = first.end;
  for (let at = first.end; at < limit; at++) {
    const char = input.text[at]!;
    if (char === ')') end = at + 1;
    else if (char === ',' || !/\s/.test(char)) break;
  }
  return end === first.end ? range : { start: end, end };
}

function extend(list: Expr, existing: number, driver: DriverStyle, reading: SqlReading, values: readonly Value[]): readonly Edit[] | undefined {
  if (list.kind !== 'array' || list.items.length !== existing || list.items.some((item) => item === undefined || item.kind === 'spread')) return undefined;
  const items = list.items as readonly Expr[];
  if (items.length === 0) return [{ range: { start: list.start + 1, end: list.end - 1 }, text: values.map((value) => value.code).join(', ') }];
  const after = items.at(-1)!.end;
  if (driver.mark !== 'question') return [{ range: { start: after, end: after }, text: values.map((value) => `, ${value.code}`).join('') }];
  return values.map((value) => {
    const index = reading.marks.findIndex((mark) => mark > value.at);
    if (index < 0) return { range: { start: after, end: after }, text: `, ${value.code}` };
    return { range: { start: items[index]!.start, end: items[index]!.start }, text: `${value.code}, ` };
  });
}
