/** Read, change, write back, with a wait in between: two at once, and one of them is lost. A question for the reviewer. */
import type { Call, Expr, Fn, Slot, Template } from '../flow/program.ts';
import { code } from '../reach.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { calledName, wordOf } from '../shape.ts';
import { accessesIn, addsInStore, isAtomic, readsIn } from '../stores.ts';
import { slotsOf, surveyOf, type Survey } from '../survey.ts';
import { oneLine } from '../words.ts';

type Assign = Extract<Expr, { readonly kind: 'assign' }>;
const MUTATES = /^(?:push|unshift|splice|add|set|delete|pop|shift|concat|sort)$/;

export default defineRule({
  id: 'no-lost-update',
  summary: 'Do not read, change and write back what others change too.',
  why: 'Two requests read the same value, each writes its own result, and one change is gone: a payment, a vote, a unit of stock.',
  advice: 'Let the store do it in one step (`increment`, `$inc`, `set n = n + 1`), or lock, or compare the version when writing.',
  cwe: [362, 366],
  owasp: ['A04:2021 Insecure Design', 'A06:2025 Insecure Design'],
  words: ['await'],
  needs: ['+=', '-=', '++', '--', ' + ', ' - ', 'push(', 'save(', 'concat(', '...', 'unshift('],
  *check(input) {
    const survey = surveyOf(input.flow);
    yield* shared(survey, input);
    for (const fn of input.flow.program.functions) if (fn.isAsync) yield* stored(fn, survey, input);
  },
});

/** `total += await price(item)`: the left side is read before the wait. */
function* shared(survey: Survey, input: RuleInput): Iterable<Report> {
  const { text } = input;
  for (const assign of survey.of('assign')) {
    const { target } = assign;
    const name = target.kind === 'bind' ? target.slot.name : target.kind === 'bind-member' ? code(text, target.member) : '';
    if (name === '' || !isShared(assign, survey, text)) continue;
    const waits = survey.inside('await', assign.value).filter((each) => survey.fnOf(each) === survey.fnOf(assign));
    if (waits.length === 0 && (assign.value.kind !== 'await')) {
      const stale = staleCopy(assign, name, survey, text);
      if (stale !== undefined) yield { node: assign, severity: 'info', confidence: 'pattern', message: `\`${oneLine(name)}\` may have changed since \`${stale}\` was taken from it: is another change lost here?` };
      continue;
    }
    const isCompound = assign.op !== '=' && !/^(?:\?\?|\|\||&&)$/.test(assign.op);
    const readsFirst = assign.op === '=' && assign.value.kind === 'binary' && [...survey.inside('name', assign.value.left), ...survey.inside('member', assign.value.left)].some((node) => code(text, node) === name);
    if (isCompound || readsFirst) yield { node: assign, severity: 'low', confidence: 'likely', message: `\`${oneLine(name)}\` is read before the wait and written after it: what others add meanwhile is lost` };
  }
}

/** Seen by more than one run: a variable from outside the function, or a member of something that is. */
function isShared(assign: Assign, survey: Survey, text: string): boolean {
  const fn = survey.fnOf(assign);
  if (fn === undefined) return false;
  if (assign.target.kind === 'bind') return isOutside(assign.target.slot, fn, survey);
  if (assign.target.kind !== 'bind-member') return false;
  let root: Expr = assign.target.member;
  while (root.kind === 'member') root = root.object;
  return root.kind === 'this' || (root.kind === 'name' && isOutside(root.slot, fn, survey) && !/^(?:req|res|ctx|module|exports|window|document|process)$/.test(text.slice(root.start, root.end)));
}

/** A variable of the module, or of a function around a callback that runs many times. */
function isOutside(slot: Slot, fn: Fn, survey: Survey): boolean {
  const parameter = survey.parameters.get(slot);
  if (parameter !== undefined) return false;
  const definition = survey.definitions.get(slot);
  if (definition === undefined) return slot.declared === 'variable' && !declaredIn(slot, fn, survey);
  const home = survey.fnOf(definition.value);
  return home === undefined || (home !== fn && survey.parents.get(fn)?.kind === 'call' && /^(?:map|forEach|all)$/.test(calledName(survey.parents.get(fn) as Call)));
}

function declaredIn(slot: Slot, fn: Fn, survey: Survey): boolean {
  return survey.inside('declare', fn).some((declare) => slotsOf(declare.target).includes(slot));
}

/** `const seen = counter; await …; counter = seen + 1`. */
function staleCopy(assign: Assign, name: string, survey: Survey, text: string): string | undefined {
  const fn = survey.fnOf(assign);
  if (fn === undefined || !fn.isAsync) return undefined;
  for (const used of [...survey.inside('name', assign.value), ...(assign.value.kind === 'name' ? [assign.value] : [])]) {
    const definition = survey.definitions.get(used.slot);
    if (definition === undefined || code(text, definition.value) !== name || survey.fnOf(definition.value) !== fn) continue;
    if (survey.inside('await', fn).some((each) => each.start > definition.value.end && each.end < assign.start)) return used.slot.name;
  }
  return undefined;
}

/** `const account = await find(…); account.balance -= amount; await account.save()`, or the new value given to an update. */
function* stored(fn: Fn, survey: Survey, input: RuleInput): Iterable<Report> {
  const { text } = input;
  const writes = accessesIn(fn, 'write', survey, text);
  if (writes.length === 0 || isAtomic(fn, survey, text) || addsInStore(fn, survey, text)) return;
  const read = readsIn(fn, survey, text);
  for (const [slot] of read) {
    const derived = new Set([slot, ...derivedFrom(slot, fn, survey)]);
    const changed = changesOf(slot, fn, survey);
    for (const write of writes) {
      const given = write.kind === 'call' ? argsOf(write) : (write as Template).values;
      const isOwn = write.kind === 'call' && write.callee.kind === 'member' && rootSlot(write.callee.object) === slot && /^save|^update|^set|^persist/.test(calledName(write));
      const uses = changed.filter((change) => change < write.start);
      const givesBack = given.some((arg) => (arg.kind === 'name' && arg.slot === slot) || [...survey.inside('name', arg)].some((each) => each.slot === slot && isWhole(each, survey)));
      const computed = given.some((arg) => computes(arg, derived, survey));
      if (!(isOwn || sameStore(read.get(slot)!, write, text)) || !((uses.length > 0 && (isOwn || givesBack)) || computed)) continue;
      yield { node: write, severity: 'info', confidence: 'pattern', message: `Does this overwrite what another request changed since \`${slot.name}\` was read?` };
      return;
    }
  }
}

/** The arguments of a call and of the links before it: `db.update(t).set({ tags }).where(…)`. */
function argsOf(call: Call): readonly Expr[] {
  return call.callee.kind === 'member' && call.callee.object.kind === 'call' ? [...argsOf(call.callee.object), ...call.args] : call.args;
}

/** Variables computed from one: `const left = item.stock - n`. */
function derivedFrom(slot: Slot, fn: Fn, survey: Survey): readonly Slot[] {
  const out: Slot[] = [];
  for (const declare of survey.inside('declare', fn)) if (declare.value !== undefined && computes(declare.value, new Set([slot]), survey)) out.push(...slotsOf(declare.target));
  return out;
}

/** The expression holds arithmetic, or a longer list, made of one of the variables; or is one that was. */
function computes(expr: Expr, slots: ReadonlySet<Slot>, survey: Survey): boolean {
  const mentions = (part: Expr): boolean => [...survey.inside('name', part), ...(part.kind === 'name' ? [part] : [])].some((each) => slots.has(each.slot));
  const [first] = slots;
  for (const each of [...survey.inside('name', expr), ...(expr.kind === 'name' ? [expr] : [])]) if (slots.has(each.slot) && each.slot !== first) return true;
  const binaries = [...survey.inside('binary', expr), ...(expr.kind === 'binary' ? [expr] : [])];
  if (binaries.some((each) => /^[+-]$/.test(each.op) && (isNumber(each.left) || isNumber(each.right) || (each.left.kind === 'member' && mentions(each.left)) || (each.right.kind === 'member' && mentions(each.right)) || mentions(each)) && mentions(each) && wordOf(each.left) === undefined && wordOf(each.right) === undefined)) return true;
  if ([...survey.inside('call', expr), ...(expr.kind === 'call' ? [expr] : [])].some((each) => each.callee.kind === 'member' && /^(?:concat|toSpliced|with)$/.test(calledName(each)) && mentions(each.callee.object))) return true;
  // `update(list)`: a function that is handed in makes the new value of the old one.
  if ([...survey.inside('call', expr)].some((each) => each.callee.kind === 'name' && each.callee.slot.declared === 'parameter' && each.args.some(mentions))) return true;
  return [...survey.inside('spread', expr)].some((each) => each.value.kind === 'member' && mentions(each.value));
}

function isNumber(expr: Expr): boolean {
  return expr.kind === 'constant' && typeof expr.value === 'number';
}

/** Where members of a variable's value are changed. */
function changesOf(slot: Slot, fn: Fn, survey: Survey): readonly number[] {
  const out: number[] = [];
  for (const assign of survey.inside('assign', fn)) {
    if (assign.target.kind !== 'bind-member' || rootSlot(assign.target.member) !== slot) continue;
    const key = typeof assign.target.member.key === 'string' ? assign.target.member.key : '';
    const readsItself = [...survey.inside('member', assign.value)].some((each) => each.key === key && rootSlot(each) === slot) || (assign.value.kind === 'member' && rootSlot(assign.value) === slot);
    if (assign.op !== '=' || readsItself) out.push(assign.start);
  }
  for (const unary of survey.inside('unary', fn)) if (/^(?:\+\+|--)$/.test(unary.op) && unary.value.kind === 'member' && rootSlot(unary.value) === slot) out.push(unary.start);
  for (const call of survey.inside('call', fn)) if (call.callee.kind === 'member' && MUTATES.test(calledName(call)) && rootSlot(call.callee.object) === slot && call.args.length > 0) out.push(call.start);
  return out;
}

function rootSlot(expr: Expr): Slot | undefined {
  let at = expr;
  while (at.kind === 'member' || at.kind === 'cast') at = at.kind === 'member' ? at.object : at.value;
  return at.kind === 'name' ? at.slot : undefined;
}

/** The value as a whole, or one of its members that was changed: not only its id. */
function isWhole(name: Expr, survey: Survey): boolean {
  const parent = survey.parents.get(name);
  return parent?.kind !== 'member' || !/^(?:id|_id|name|email|key)$/.test(String(parent.key));
}

/** Read and written under the same name: the same model, table, key or file. */
function sameStore(read: Expr, write: Expr, text: string): boolean {
  const tables = (node: Expr): string | undefined => (/\b(?:from|update|into)\s+["`]?(\w+)/i.exec(code(text, node)) ?? /\.(?:from|update|insert|selectFrom|updateTable)\(\s*['"]?(\w+)/.exec(code(text, node)))?.[1]?.toLowerCase();
  const [readTable, writeTable] = [tables(read), tables(write)];
  if (readTable !== undefined && writeTable !== undefined) return readTable === writeTable;
  if (read.kind !== 'call' || write.kind !== 'call') return false;
  const base = (call: Call): string => (call.callee.kind === 'member' ? code(text, call.callee.object) : '').replace(/\s+/g, '');
  const [readKey, writeKey] = [read.args[0], write.args[0]];
  if (base(read) === base(write) && base(read) !== '' && !/^(?:db|client|pool|knex|this|redis|kv|fs)$/.test(base(read))) return true;
  return readKey !== undefined && writeKey !== undefined && code(text, readKey) === code(text, writeKey);
}
