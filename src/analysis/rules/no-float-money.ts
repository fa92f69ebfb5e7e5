/** Money kept or computed as a binary fraction. A question for the reviewer. */
import type { Call, Expr, Fn } from '../flow/program.ts';
import { isMoney, MINOR } from '../money.ts';
import { code } from '../reach.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { bare, calledName, lastName, wordOf } from '../shape.ts';
import { surveyOf, type Survey } from '../survey.ts';
import { oneLine } from '../words.ts';

/** Whole units with cents behind the point. */
const EUROS = /\b(?:euros?|dollars?|pounds)\b/i;

type Binary = Extract<Expr, { readonly kind: 'binary' }>;

/** Libraries and types that count exactly. */
const EXACT = /\b(?:Decimal|Big|BigNumber|dinero|Dinero|currency|bignumber|Fraction|money)\b\s*\(|decimal\.js|big\.js|bignumber\.js|dinero\.js|currency\.js|@dinerojs|BigInt\(/;

export default defineRule({
  id: 'no-float-money',
  summary: 'Do not count money in fractions.',
  why: 'Fractions like 0.1 are not exact: cents appear and vanish, sums do not match the invoice, and comparisons of equal amounts fail.',
  advice: 'Count whole cents, round once and on purpose, or use a decimal type.',
  cwe: [682, 1339],
  owasp: ['A04:2021 Insecure Design', 'A06:2025 Insecure Design'],
  words: ['rice', 'mount', 'otal', 'alance', 'ost', 'tax', 'Tax', 'fee', 'Fee', 'iscount', 'alary', 'efund', 'ayment'],
  needs: ['parseFloat', 'toFixed', 'FLOAT', 'float', 'REAL', 'DOUBLE', 'double', '* 0.', '* 1.', '*0.', '*1.', '/ 100', '.5', '.1', '.2', '.9', '.0', 'Number(', ' / ', 'reduce'],
  *check(input) {
    if (EXACT.test(input.text)) return;
    const survey = surveyOf(input.flow);
    const said = new Set<Fn | undefined>();
    const once = function* (report: Report | undefined, node: Expr): Iterable<Report> {
      const fn = survey.fnOf(node);
      if (report === undefined || said.has(fn)) return;
      said.add(fn);
      yield report;
    };
    for (const binary of survey.of('binary')) yield* once(computed(binary, survey, input), binary);
    for (const assign of survey.of('assign')) if (/^[*/+-]$/.test(assign.op)) yield* once(added(assign, survey, input), assign);
    for (const call of survey.of('call')) {
      if (calledName(call) === 'parseFloat' && call.args[0] !== undefined && isMoney(nameIn(call.args[0])) && !isRounded(call, survey, input)) yield* once({ node: call, severity: 'info', confidence: 'pattern', message: `\`${oneLine(code(input.text, call))}\` makes a fraction of an amount of money: is it rounded to whole cents before it is added up?` }, call);
      yield* column(call, input);
    }
    for (const object of survey.of('object')) yield* typed(object, input);
    yield* fields(survey);
  },
});

/** The name an amount goes by: `item.price`, `req.body.amount`, `prices[0]`. */
function nameIn(expr: Expr): string {
  if (expr.kind === 'call') return /^(?:Number|parseFloat|parseInt)$/.test(calledName(expr)) && expr.args[0] ? nameIn(expr.args[0]) : calledName(expr).replace(/^(?:get|calculate|compute|calc)/, '');
  if (expr.kind === 'logical') return nameIn(expr.left);
  if (expr.kind === 'unary') return nameIn(expr.value);
  return lastName(expr);
}

function isFraction(expr: Expr): boolean {
  return expr.kind === 'constant' && typeof expr.value === 'number' && !Number.isInteger(expr.value);
}

/** `price * 1.19`, `total + 0.99`, `amount * taxRate`, and comparisons of sums. */
function computed(binary: Binary, survey: Survey, input: RuleInput): Report | undefined {
  const { left, right, op } = binary;
  const names = [nameIn(left), nameIn(right)];
  const holder = survey.parents.get(binary);
  const [money] = [...names, ...(holder?.kind === 'declare' && holder.target.kind === 'bind' ? [holder.target.slot.name] : [])].filter(isMoney);
  if (/^[*/+-]$/.test(op)) {
    if (money === undefined || MINOR.test(bare(code(input.text, binary)))) return undefined;
    const parent = survey.parents.get(binary);
    if (parent?.kind === 'binary' && /^[*/+-]$/.test(parent.op)) return undefined;
    const rate = names.some((name) => /rate$|percent(?:age)?$|factor$|multiplier$|^vat$|^tax$/i.test(name));
    const isPart = isFraction(left) || isFraction(right) || hasFraction(binary, survey) || (op === '*' && rate && evidence(survey, input)) || (op === '/' && !isHundred(right) && evidence(survey, input));
    if (!isPart || isRounded(binary, survey, input)) return undefined;
    return { node: binary, severity: 'info', confidence: 'pattern', message: `\`${oneLine(code(input.text, binary))}\` is a fraction of an amount of money: is it rounded to whole cents, once and on purpose?` };
  }
  if (/^[=!]==?$/.test(op) && names.some(isMoney) && [left, right].some((side) => isSum(side, survey)) && (evidence(survey, input) || EUROS.test(bare(input.text)))) return { node: binary, severity: 'info', confidence: 'pattern', message: `Are both sides of \`${oneLine(code(input.text, binary))}\` whole cents? Sums of fractions that should be equal are not` };
  return undefined;
}

function isHundred(expr: Expr): boolean {
  return expr.kind === 'constant' && (expr.value === 100 || expr.value === 1000);
}

/** A fraction anywhere in the arithmetic, or a constant that is one. */
function hasFraction(binary: Binary, survey: Survey): boolean {
  const inner = [...survey.inside('constant', binary)].some((each) => isFraction(each));
  return inner || [...survey.inside('name', binary)].some((each) => {
    const value = survey.definitions.get(each.slot)?.value;
    return value !== undefined && survey.definitions.get(each.slot)!.picks.length === 0 && isFraction(value);
  });
}

/** `total += parseFloat(item.price) * item.quantity`, where something says that prices are fractions. */
function added(assign: Extract<Expr, { kind: 'assign' }>, survey: Survey, input: RuleInput): Report | undefined {
  const name = assign.target.kind === 'bind' ? assign.target.slot.name : assign.target.kind === 'bind-member' ? lastName(assign.target.member) : '';
  const text = code(input.text, assign.value);
  if (!isMoney(name) || MINOR.test(text)) return undefined;
  const isPart = isFraction(assign.value) || [...survey.inside('constant', assign.value)].some(isFraction) || ((assign.op === '+' || assign.op === '-') && evidence(survey, input) && [...survey.inside('member', assign.value), ...survey.inside('name', assign.value), assign.value].some((each) => isMoney(nameIn(each))));
  return isPart && !isRounded(assign.value, survey, input) ? { node: assign, severity: 'info', confidence: 'pattern', message: `Is \`${oneLine(name)}\` a whole number of cents? Adding fractions makes cents appear and vanish` } : undefined;
}

/** The text says that its amounts are fractions: `toFixed(2)`, `parseFloat`, `19.99`. */
function evidence(survey: Survey, input: RuleInput): boolean {
  const { text } = input;
  return survey.of('call').some((call) => (calledName(call) === 'toFixed' && call.args[0]?.kind === 'constant' && call.args[0].value === 2) || (calledName(call) === 'parseFloat' && call.args[0] !== undefined && isMoney(nameIn(call.args[0])))) || survey.of('object').some((object) => object.entries.some((entry) => 'key' in entry && typeof entry.key === 'string' && isMoney(entry.key) && isFraction(entry.value))) || /\b(?:price|amount|total|balance)\w*\s+(?:REAL|FLOAT|DOUBLE)/i.test(text);
}

/** Whole again, and on purpose. */
function isRounded(expr: Expr, survey: Survey, { text }: RuleInput): boolean {
  for (const around of survey.around(expr)) {
    if (around.kind === 'call' && /^(?:round|floor|ceil|trunc|toCents|roundToCents|roundHalfEven|bankersRound|toMinor\w*|roundMoney|format\w*|toLocaleString|log|info|debug)$/.test(calledName(around))) return true;
    if (around.kind === 'declare' && around.target.kind === 'bind' && MINOR.test(around.target.slot.name)) return true;
    if (around.kind === 'function' || around.kind === 'do' || around.kind === 'declare' || around.kind === 'return') break;
  }
  // The next thing that happens to it is that it is rounded.
  const declare = survey.parents.get(expr);
  return declare?.kind === 'declare' && declare.target.kind === 'bind' && new RegExp(`Math\\.(?:round|floor|ceil)\\([^)]{0,80}\\b${declare.target.slot.name.replace(/\$/g, '\\$')}\\b`).test(text);
}

function isSum(expr: Expr, survey: Survey): boolean {
  const value = expr.kind === 'name' ? survey.definitions.get(expr.slot)?.value : expr;
  const fn = value?.kind === 'call' ? survey.calleeOf(value) : undefined;
  if (fn !== undefined) return survey.inside('return', fn).some(({ value: answer }) => answer !== undefined && isSum(answer, survey));
  return value?.kind === 'binary' || (value?.kind === 'call' && calledName(value) === 'reduce') || (expr.kind === 'name' && expr.slot.writes > 0);
}

/** `price: { type: DataTypes.FLOAT }`, `amount: { type: Number }` in a schema, `price: real('price')`. */
function* typed(object: Extract<Expr, { kind: 'object' }>, input: RuleInput): Iterable<Report> {
  for (const entry of object.entries) {
    if (!('key' in entry) || typeof entry.key !== 'string' || !isMoney(entry.key)) continue;
    const type = entry.value.kind === 'object' ? entry.value.entries.flatMap((each) => ('key' in each && (each.key === 'type' || each.key === 'bsonType') ? [each.value] : []))[0] : entry.value;
    if (type === undefined) continue;
    const word = wordOf(type);
    let root = type;
    while (root.kind === 'call' && root.callee.kind === 'member' && root.callee.object.kind === 'call') root = root.callee.object;
    const called = root.kind === 'call' ? calledName(root) : '';
    const isFloat = /^(?:DataTypes|Sequelize|DataType)\.(?:FLOAT|DOUBLE|REAL)\b/.test(code(input.text, type)) || (word !== undefined && /^(?:float|double|real|double precision|float8|float4)$/i.test(word)) || /^(?:real|doublePrecision|float|double)$/.test(called);
    if (isFloat) yield { node: entry, severity: 'info', confidence: 'likely', message: `\`${entry.key}\` is kept as a fraction: amounts that are written are not exactly those that are read` };
  }
}

/** `table.float('price')`, `CREATE TABLE … price REAL`. */
function* column(call: Call, input: RuleInput): Iterable<Report> {
  const name = calledName(call);
  const first = wordOf(call.args[0]);
  if (/^(?:float|double|real|doublePrecision)$/.test(name) && call.callee.kind === 'member' && /^(?:t|table|tbl)$/.test(lastName(call.callee.object)) && first !== undefined && isMoney(first)) yield { node: call, severity: 'info', confidence: 'likely', message: `\`${first}\` is kept as a fraction: amounts that are written are not exactly those that are read` };
  const text = wordOf(call.args[0]) ?? (call.args[0]?.kind === 'template' ? code(input.text, call.args[0]) : '');
  if (/create\s+table|alter\s+table/i.test(text) && /\b\w*(?:price|amount|total|balance|cost|fee)\w*["`]?\s+(?:REAL|FLOAT|DOUBLE)\b/i.test(text) && !MINOR.test(text)) yield { node: call.args[0]!, severity: 'info', confidence: 'likely', message: 'A column of money is kept as a fraction: amounts that are written are not exactly those that are read' };
}

/** `@Column('float') price`, `@Column({ type: 'float' }) price`. */
function* fields(survey: Survey): Iterable<Report> {
  for (const { fields: all } of survey.of('class')) {
    for (const { key, decorators = [] } of all) {
      const column = decorators.find((one): one is Call => one.kind === 'call' && /^(?:Column|Field|Property|Prop)$/.test(calledName(one)));
      if (column === undefined || !isMoney(key)) continue;
      const [first] = column.args;
      const word = wordOf(first) ?? (first?.kind === 'object' ? first.entries.flatMap((each) => ('key' in each && each.key === 'type' ? [wordOf(each.value) ?? ''] : []))[0] : undefined);
      if (word !== undefined && /^(?:float|double|real|double precision)$/i.test(word)) yield { node: column, severity: 'info', confidence: 'likely', message: `\`${key}\` is kept as a fraction: amounts that are written are not exactly those that are read` };
    }
  }
}
