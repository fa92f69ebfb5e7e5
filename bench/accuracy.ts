/** Accuracy of the analysis on labelled code: bench/accuracy/<part>/<class>.md, read case by case; the labels never reach the analysis. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { analyze } from '#analysis/analyze';
import type { Finding } from '#core/finding';
import { languageOf } from '#core/language';
import { readPackages, type Packages } from '#core/packages';
import { type Bench, type Table } from './table.ts';

/** Which findings belong to a class: those that name one of its CWE numbers. */
const CLASSES: Readonly<Record<string, readonly number[]>> = {
  sqli: [89],
  nosqli: [943],
  cmdi: [78, 77, 88],
  codei: [94, 95],
  ssti: [1336, 94],
  xss: [79],
  path: [22, 23, 73],
  ssrf: [918],
  redirect: [601],
  protopoll: [1321],
  loginj: [117],
  xxe: [611, 776],
  deser: [502],
  redos: [1333],
  regexi: [625, 1333, 400],
  crypto: [326, 327, 328, 321, 329, 916],
  random: [330, 338],
  tls: [295],
  cookie: [614, 1004, 1275],
  jwt: [347, 345],
  cors: [942, 346],
  massassign: [915],
  headeri: [113, 93],
  authz: [862, 863, 639, 602, 269, 285, 306],
  csrf: [352],
  defaultpw: [1392, 1393, 521, 798, 489],
  deps: [1357, 829, 427, 494],
  errleak: [209, 497],
  hidden: [1007, 451],
  piilog: [532, 598, 359],
  remotecode: [494, 829, 506],
  timing: [208],
  todo: [703, 287, 390, 358, 546],
  upload: [770, 434],
  toctou: [367, 362],
  lostupdate: [362, 366],
  moneyfloat: [682, 1339],
  clientprice: [472, 840, 602],
  refund: [840, 20],
  idempotency: [837, 294],
  foreachasync: [662],
  floating: [252],
  clientrole: [602, 269, 285],
};
/** `test` and `fresh` were written by people who had not read the rules; `test` stays unread, so that its figure keeps its meaning. */
const PARTS = ['dev', 'test', 'fresh'];
const UNREAD = new Set(['test']);
const MARKER = /[ \t]*(?:\/\/ <-- flaw|\{\/\* <-- flaw \*\/\}|<!-- <-- flaw -->)[ \t]*$/;

interface Case {
  readonly part: string;
  readonly class: string;
  readonly title: string;
  readonly path: string;
  readonly text: string;
  readonly vulnerable: boolean;
  /** Line numbers from 0; empty in a safe case. */
  readonly marked: readonly number[];
}

interface Verdict {
  readonly case: Case;
  /** A vulnerable case: the flaw was found. A safe one: the class was reported. */
  readonly reported: boolean;
  /** Findings of other classes. */
  readonly stray: number;
  readonly problems: number;
}

/** Prints the misses too when VETMARK_MISSES=1, never those of the unread part; VETMARK_PARTS=dev,fresh runs some parts alone. Recall, false-positive rate, precision and J are percentages. */
export const bench: Bench = async () => {
  const verdicts: Verdict[] = [];
  const parts = process.env['VETMARK_PARTS']?.split(',') ?? PARTS;
  for (const each of PARTS.filter((part) => parts.includes(part)).flatMap(casesOfPart)) verdicts.push(await judge(each));
  const figures: Record<string, number> = {};
  const tables: Table[] = [];
  for (const part of PARTS) {
    const ofPart = verdicts.filter((verdict) => verdict.case.part === part);
    if (ofPart.length === 0) continue;
    const rows = Object.keys(CLASSES).flatMap((name) => {
      const ofClass = ofPart.filter((verdict) => verdict.case.class === name);
      return ofClass.length === 0 ? [] : [rowOf(name, ofClass, part, figures)];
    });
    rows.push(rowOf('all', ofPart, part, figures));
    tables.push({ title: `Accuracy, ${part} part`, columns: ['class', 'vulnerable', 'safe', 'recall %', 'false positives %', 'precision %', 'J', 'stray', 'problems'], rows });
  }
  if (process.env['VETMARK_MISSES'] === '1') {
    const wrong = verdicts.filter(({ case: { part, vulnerable }, reported }) => vulnerable !== reported && !UNREAD.has(part));
    tables.push({ title: 'Misses', columns: ['part', 'class', 'what', 'case'], rows: wrong.map(({ case: each }) => [each.part, each.class, each.vulnerable ? 'missed' : 'false alarm', each.title]) });
  }
  return { tables, figures };
};

function rowOf(name: string, verdicts: readonly Verdict[], part: string, figures: Record<string, number>): readonly (string | number)[] {
  const vulnerable = verdicts.filter((verdict) => verdict.case.vulnerable);
  const safe = verdicts.filter((verdict) => !verdict.case.vulnerable);
  const hits = vulnerable.filter(({ reported }) => reported).length;
  const alarms = safe.filter(({ reported }) => reported).length;
  const recall = percent(hits, vulnerable.length);
  const falsePositiveRate = percent(alarms, safe.length);
  const precision = percent(hits, hits + alarms);
  const j = Math.round((recall - falsePositiveRate) * 10) / 10;
  const stray = verdicts.reduce((sum, verdict) => sum + verdict.stray, 0);
  const problems = verdicts.reduce((sum, verdict) => sum + verdict.problems, 0);
  const key = `${part}.${name}`;
  figures[`${key}.vulnerable`] = vulnerable.length;
  figures[`${key}.safe`] = safe.length;
  figures[`${key}.recall`] = recall;
  figures[`${key}.falsePositiveRate`] = falsePositiveRate;
  figures[`${key}.precision`] = precision;
  figures[`${key}.j`] = j;
  figures[`${key}.stray`] = stray;
  figures[`${key}.problems`] = problems;
  return [name, vulnerable.length, safe.length, recall, falsePositiveRate, precision, j, stray, problems];
}

/** One decimal; 0 of 0 is 0. */
function percent(some: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((some / whole) * 1000) / 10;
}

async function judge(each: Case): Promise<Verdict> {
  const { findings, problems } = await analyze({ text: each.text, path: each.path, language: languageOf(each.path) }, { ...packagesOf(each) });
  const numbers = CLASSES[each.class]!;
  const own = findings.filter((finding) => finding.cwe.some((cwe) => numbers.includes(cwe)));
  const reported = each.vulnerable ? own.some((finding) => hits(finding, each)) : own.length > 0;
  return { case: each, reported, stray: findings.length - own.length, problems: problems.length };
}

/** A case may lay a manifest beside the module: its first line is `// package.json: {…}`. */
function packagesOf({ text }: Case): { readonly packages?: Packages } {
  const manifest = /^\/\/ package\.json: (\{.*\})$/m.exec(text)?.[1];
  const packages = manifest === undefined ? undefined : readPackages({ manifests: [manifest] });
  return packages === undefined ? {} : { packages };
}

function hits(finding: Finding, { text, path, marked }: Case): boolean {
  const start = finding.range.start;
  if (marked.includes(text.slice(0, start).split('\n').length - 1)) return true;
  const file = parse(path, text);
  return marked.some((line) => {
    const statement = statementAround(file, file.getPositionOfLineAndCharacter(line, 0) + text.split('\n')[line]!.search(/\S/));
    return statement !== undefined && start >= statement.getStart(file) && start < statement.end;
  });
}

/** The smallest statement, or field of a class, around a place. What holds other statements is too large to count. */
function statementAround(file: ts.SourceFile, place: number): ts.Node | undefined {
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (place < node.getStart(file) || place >= node.end) return;
    if (isStatement(node)) found = node;
    else if (ts.isBlock(node) || ts.isClassLike(node)) found = undefined;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isStatement(node: ts.Node): boolean {
  return ts.isExpressionStatement(node) || ts.isVariableStatement(node) || ts.isReturnStatement(node) || ts.isThrowStatement(node) || ts.isPropertyDeclaration(node) || ts.isExportAssignment(node);
}

function parse(path: string, text: string): ts.SourceFile {
  const kind = path.endsWith('.tsx') ? ts.ScriptKind.TSX : path.endsWith('.jsx') ? ts.ScriptKind.JSX : path.endsWith('.js') ? ts.ScriptKind.JS : ts.ScriptKind.TS;
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false, kind);
}

function casesOfPart(part: string): readonly Case[] {
  const folder = join(import.meta.dirname, 'accuracy', part);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith('.md')).sort().flatMap((name) => casesOfPage(part, name.slice(0, -3), readFileSync(join(folder, name), 'utf8')));
}

/** Throws on a page that breaks the form: a case that is not read would flatter the figures. */
function casesOfPage(part: string, name: string, page: string): readonly Case[] {
  if (CLASSES[name] === undefined) throw new Error(`${part}/${name}.md: there is no class "${name}"`);
  return page.replaceAll('\r\n', '\n').split(/^## /m).slice(1).map((section, index): Case => {
    const title = section.slice(0, section.indexOf('\n')).trim();
    const fence = /^```(tsx?|jsx?|vue|svelte|html) (vulnerable|safe)\n([\s\S]*?)^```\s*$/m.exec(section);
    if (fence === null) throw new Error(`${part}/${name}.md: "${title}" has no fence labelled vulnerable or safe`);
    const lines = fence[3]!.split('\n');
    const marked = lines.flatMap((line, index) => (MARKER.test(line) ? [index] : []));
    const vulnerable = fence[2] === 'vulnerable';
    if (vulnerable !== marked.length > 0) throw new Error(`${part}/${name}.md: "${title}" is ${fence[2]} with ${marked.length} marked lines`);
    const text = lines.map((line) => line.replace(MARKER, '')).join('\n');
    // A name that says nothing of the label, nor of a test.
    const path = `src/module-${index + 1}.${fence[1]}`;
    return { part, class: name, title, path, text, vulnerable, marked };
  });
}
