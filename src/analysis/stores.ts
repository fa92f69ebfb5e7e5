/** What is kept beyond one request: calls that read it, calls that write it, and whether a function does both in one piece. Names decide: a store is called what it does. */
import type { Call, Expr, Fn, Slot, Template } from './flow/program.ts';
import { bare, calledName, receiverName, wordOf } from './shape.ts';
import { slotsOf, type Survey } from './survey.ts';

const READ = /^(?:find\w*|get\w*|fetch\w*|load\w*|select\w*|read\w*|lookup\w*|first|one|oneOrNone|byId|retrieve|hget|hgetall|exists|count\w*|stat|access|all|query|execute|raw|run)$/;
const WRITE = /^(?:save\w*|update\w*|set\w*|put\w*|write\w*|insert\w*|create\w*|delete\w*|remove\w*|destroy\w*|upsert\w*|replace\w*|persist\w*|store\w*|hset|mark\w*|debit\w*|credit\w*|append\w*|patch\w*|redeem\w*|assign\w*|reserve\w*|adjust\w*|transfer\w*|book\w*|incr\w*|decr\w*|query|execute|raw|run|values|returning)$/;
/** Receivers that keep nothing beyond this process. */
const LOCAL = /^(?:map|set|cache|params|headers|url|searchParams|form|formData|res|response|reply|req|request|res\.headers|console|log(?:ger)?|store|element|document|window|style|classList|cookies?|session|state|ctx|this|hash|hmac|cipher|decipher|JSON|Object|Array|Math|URL|path|crypto|Reflect|navigator|localStorage|sessionStorage|router|app|vi|jest|expect|z|schema|axios|fetch|http|i18n)$/i;

export type Access = 'read' | 'write';

/** Whether a call reads or writes a store. Only calls that are waited for do: a `Map` is nobody else's. */
export function accessOf(call: Call, survey: Survey, text: string): Access | undefined {
  const chain = chainAccess(call, survey);
  if (chain !== undefined) return chain;
  const name = calledName(call);
  if (call.callee.kind !== 'member' && !/^(?:find|get|load|fetch|read|save|update|insert|create|delete|write|set)[A-Z]/.test(name) && !/^(?:readFile|writeFile|sql|query)$/.test(name)) return undefined;
  if (!isWaitedFor(call, survey)) return undefined;
  const statement = sqlOf(call, text);
  if (statement !== undefined) return /^\s*(?:select|with)\b/i.test(statement) ? 'read' : /^\s*(?:update|insert|delete|replace|merge)\b/i.test(statement) ? 'write' : undefined;
  const receiver = receiverName(call);
  if (/^create(?:Client|Context|Connection|Server|Instance|Hash|Hmac|Element|Reader|Writer|Stream|ReadStream|WriteStream|Interface|Logger|Url|URL|Signed\w*)$/.test(name)) return undefined;
  if (LOCAL.test(receiver) && !/^(?:cache|store|this)$/i.test(receiver)) return undefined;
  if (/^(?:query|execute|raw|run|all)$/.test(name)) return undefined;
  if (WRITE.test(name)) return 'write';
  return READ.test(name) ? 'read' : undefined;
}

/** The last link of a builder's chain says nothing, its first does: `db.select().from(t).where(…)`, `db.update(t).set(…).where(…)`. */
function chainAccess(call: Call, survey: Survey): Access | undefined {
  if (!/^(?:where|set|from|values|limit|returning|orderBy|leftJoin|innerJoin|first|execute|eq|single|maybeSingle)$/.test(calledName(call)) || !isWaitedFor(call, survey)) return undefined;
  // Only the link that is waited for itself stands for the chain.
  const parent = survey.parents.get(call);
  if (parent?.kind === 'member') return undefined;
  for (let at: Expr = call; at.kind === 'call' && at.callee.kind === 'member'; at = at.callee.object) {
    const name = calledName(at);
    if (/^(?:update|insert|delete|insertInto|updateTable|deleteFrom|upsert)$/.test(name)) return 'write';
    if (/^(?:select|selectFrom|selectDistinct)$/.test(name)) return 'read';
  }
  return undefined;
}

/** A tagged text that is sent to a database: sql`select …`. */
function accessOfText(template: Template, survey: Survey): Access | undefined {
  if (template.tag === undefined || !isWaitedFor(template, survey)) return undefined;
  const statement = template.texts[0]?.value ?? '';
  return /^\s*(?:select|with)\b/i.test(statement) ? 'read' : /^\s*(?:update|insert|delete|replace|merge)\b/i.test(statement) ? 'write' : undefined;
}

/** What a function itself, not one inside it, does to stores: calls and tagged texts, in order. */
export function accessesIn(fn: Fn, access: Access, survey: Survey, text: string): readonly Expr[] {
  const calls = survey.inside('call', fn).filter((call) => survey.fnOf(call) === fn && accessOf(call, survey, text) === access);
  const texts = survey.inside('template', fn).filter((template) => survey.fnOf(template) === fn && accessOfText(template, survey) === access);
  return [...calls, ...texts].sort((a, b) => a.start - b.start);
}

/** The variables a function fills from a store, and what fills them. */
export function readsIn(fn: Fn, survey: Survey, text: string): ReadonlyMap<Slot, Expr> {
  const read = new Map<Slot, Expr>();
  for (const declare of survey.inside('declare', fn)) {
    if (survey.fnOf(declare) !== fn || declare.value === undefined) continue;
    const source = readOf(declare.value, survey);
    if (source !== undefined && (source.kind === 'call' ? accessOf(source, survey, text) : accessOfText(source, survey)) === 'read') for (const slot of slotsOf(declare.target)) read.set(slot, source);
  }
  return read;
}

/** The statement a query sends, as far as it is written: its argument, or a tagged text. */
export function sqlOf(call: Call, text: string): string | undefined {
  const [first] = call.args;
  const word = wordOf(first) ?? (first?.kind === 'template' ? text.slice(first.start + 1, first.end - 1) : undefined);
  return word !== undefined && /^\s*(?:select|update|insert|delete|with|replace|merge)\s/i.test(word) ? word : undefined;
}

/** `await x.find()`, also as a link of a chain, and callbacks of `then`. */
export function isWaitedFor(call: Expr, survey: Survey): boolean {
  let at: Expr = call;
  for (const parent of survey.around(call)) {
    if (parent.kind === 'await') return true;
    if (parent.kind === 'member' && parent.object === at) {
      if (parent.key === 'then') return true;
      at = parent;
    } else if (parent.kind === 'call' && parent.callee === at) at = parent;
    else if (parent.kind === 'cast') at = parent;
    else if (parent.kind === 'return') return survey.fnOf(call)?.isAsync === true;
    else return parent.kind === 'array' || parent.kind === 'logical' || parent.kind === 'conditional' ? isWaitedFor(parent, survey) : parent.kind === 'call' && /^(?:all|allSettled)$/.test(calledName(parent)) ? isWaitedFor(parent, survey) : false;
  }
  return false;
}

const ATOMIC = /transaction|\$transaction|\btrx\b|for update|\block\w*\b|\bmutex|semaphore|\.acquire\(|withLock|runExclusive|serializable|\bbegin\b|startSession|\.watch\(|\.multi\(|setnx|\bNX\b|on conflict|on duplicate|\bP2002\b|\b23505\b|\b11000\b|ER_DUP|UniqueConstraint|optimistic|\bversion\b|__v\b|affectedRows|rowCount|changedRows|modifiedCount|matchedCount|\bcount\s*(?:===|!==|<|>)\s*[01]\b|numDeleted|\$gte\b|\$lte\b|\bgte:|\blte:|\bgt:|\blt:|navigator\.locks|\bcas\b|if-match|\betag\b|conditionExpression|returning\b|flag:\s*['"](?:wx|ax)|['"]wx['"]|\bO_EXCL\b|COPYFILE_EXCL|advisory|queue\.add|\batomic|findOneAndUpdate|findOneAndReplace|updateMany|redlock|\beval\(|lua/i;

/** The store adds by itself: nothing is overwritten, but what was checked before is as old as ever. */
const ADDS = /\$inc\b|\bincrement\b|\bdecrement\b|\bincrby|\bincr\b|\bdecr/i;

/** True when a function, with what it calls inside, says that it does its work in one piece. */
export function isAtomic(fn: Fn, survey: Survey, text: string): boolean {
  const outer = survey.outerFn(fn) ?? fn;
  return ATOMIC.test(bare(text.slice(outer.start, outer.end)));
}

/** True when a function lets the store add, where it could compute a new value itself. */
export function addsInStore(fn: Fn, survey: Survey, text: string): boolean {
  const outer = survey.outerFn(fn) ?? fn;
  return ADDS.test(bare(text.slice(outer.start, outer.end)));
}

/** The call, or the tagged text, whose result an expression is, through `await`, constants and conversions. */
function readOf(expr: Expr | undefined, survey: Survey): Call | Template | undefined {
  if (expr === undefined) return undefined;
  if (expr.kind === 'await' || expr.kind === 'cast') return readOf(expr.value, survey);
  if (expr.kind === 'logical') return readOf(expr.left, survey);
  if (expr.kind === 'call') {
    // `JSON.parse(await readFile(file))`, `Number(await redis.get(key))`
    if (/^(?:parse|Number|parseInt|parseFloat|BigInt|toString|toObject|lean)$/.test(calledName(expr))) return readOf(expr.args[0] ?? (expr.callee.kind === 'member' ? expr.callee.object : undefined), survey) ?? expr;
    return expr;
  }
  if (expr.kind === 'member') return readOf(expr.object, survey);
  if (expr.kind === 'template') return expr;
  if (expr.kind !== 'name') return undefined;
  const definition = survey.definitions.get(expr.slot);
  return definition === undefined ? undefined : readOf(definition.value, survey);
}
