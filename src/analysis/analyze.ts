/**
 * Run every analyzer over one text, within a time budget and an AbortSignal.
 * Invariants 7, 8, 9: comments in the text silence nothing; no secret's value leaves; text in, findings out, and it never throws.
 */
import { SEVERITIES, type Finding, type Fix, type Problem, type Step } from '#core/finding';
import type { Packages } from '#core/packages';
import type { PolicyModel } from '#core/policy';
import type { Range } from '#core/text';
import { fingerprinter, innermost } from './fingerprint.ts';
import { languageOf } from '#core/language';
import { filesOnTheWay, flowIn, linkedFiles, reportsElsewhere, stepsOf } from './across.ts';
import type { Flow } from './flow/events.ts';
import { joinedText, type LinkedFile } from './flow/linked.ts';
import type { Imports } from './imports.ts';
import { run } from './flow/engine.ts';
import type { Node } from './flow/program.ts';
import type { Taint } from './flow/value.ts';
import { compilerReady, ECMASCRIPT_LANGUAGES, parseEcmascript, type Parsed } from './languages/ecmascript.ts';
import { MARKUP_LANGUAGES, readMarkup } from './languages/markup.ts';
import { mask, maskFor, type Mask } from './mask.ts';
import { MODELS } from './models/index.ts';
import type { Models } from './models/model.ts';
import { ownReports, withOwn } from './models/own.ts';
import type { Report, Rule } from './rule.ts';
import { RULES } from './rules/index.ts';
import { findSecrets } from './secrets/secrets.ts';
import type { Source } from './source.ts';

export type { Source };

export interface AnalyzeOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds for this text; past it the rest is a Problem. Default 5000. */
  readonly budget?: number;
  /** Monotonic milliseconds, given from outside: analysis has no clock of its own. Absent: no time limit. */
  readonly now?: () => number;
  /** The rules to run. Absent: all. */
  readonly rules?: readonly Rule[];
  /** What this text may import. Absent: imports are not judged. */
  readonly packages?: Packages;
  /** The files it imports (`collectImports`). Absent: values are followed within this text alone. */
  readonly imports?: Imports;
  /** Models of packages that the policy adds. Absent or empty: the built-in ones alone. */
  readonly models?: readonly PolicyModel[];
}

export interface Analysis {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}

const DEFAULT_BUDGET = 5000;
/** UTF-16 units; beyond it a text is data or generated, and a parser's memory would be the next problem. */
const MAX_TEXT = 2_000_000;
/** A line this long was written by a minifier. */
const MAX_LINE = 20_000;

/** Never throws and never rejects, but for an aborted signal, which rejects with the signal's reason. */
export async function analyze(source: Source, options: AnalyzeOptions = {}): Promise<Analysis> {
  const { signal, budget = DEFAULT_BUDGET, now } = options;
  let started = now?.() ?? 0;
  const expired = (): boolean => now !== undefined && now() - started > budget;
  const problems: Problem[] = [];
  signal?.throwIfAborted();

  const { findings: secrets, values } = await secretsOf(source, signal, problems);
  const mask = maskFor(values);
  const problem = (where: string, message: string, range?: Range): void => void problems.push({ where, message: mask(message), ...(range && { range }) });
  await pause(signal);

  const all = options.rules ?? RULES;
  const print = fingerprinter();
  const early = [...secrets, ...inText(source, all, print, mask, problem)].sort(byPlace);
  const holds = wordsOf(source.text);
  const rules = all.filter(({ check, words, needs, wants }) => check !== undefined && words.some(holds) && (needs === undefined || needs.some(holds)) && (wants === undefined || wants(source.text, options.packages)));
  const imports = options.imports !== undefined && options.imports.files.length > 0 ? options.imports : undefined;
  const own = options.models && options.models.length > 0 ? withOwn(options.models) : undefined;
  const isNamed = own !== undefined && options.models!.some((model) => source.text.includes(model.package));
  const isMarkup = MARKUP_LANGUAGES.has(source.language);
  if ((!ECMASCRIPT_LANGUAGES.has(source.language) && !isMarkup) || (rules.length === 0 && imports === undefined && !isNamed)) return { findings: early, problems };
  const tooBig = sizeTrouble(source.text);
  if (tooBig !== undefined) {
    problem('parse', tooBig);
    return { findings: early, problems };
  }

  const markup = isMarkup ? readMarkup(source.text) : undefined;
  // Loading the compiler is not this text's time.
  const before = now?.() ?? 0;
  await compilerReady().catch(() => undefined);
  started += (now?.() ?? 0) - before;
  const parsed = await parse(markup ? { ...source, text: markup.script, language: markup.language } : source, problem);
  await pause(signal);
  if (parsed === undefined) return { findings: early, problems };
  const files = imports && !isMarkup ? await linkedFiles(source, parsed.program, imports) : [];
  const whole = engine(parsed, source.text, files, own?.models ?? MODELS, expired, problem);
  await pause(signal);
  const flow = whole && flowIn(whole, files, 0);
  if (flow === undefined) return { findings: early, problems };
  if (flow.incomplete) problem('budget', `Analysis of this file stopped early, after ${budget} ms or its limit of steps: what it did not reach was not judged. Split the file, or review it by hand.`);

  const findings: Finding[] = [];
  for (const rule of rules) {
    if (expired()) {
      problem('budget', `Time ran out before the rule ${rule.id}: this file was not judged by it.`);
      break;
    }
    try {
      const reports = dedupe([...(rule.check?.({ text: source.text, flow, raw: markup?.raw ?? [], ...(options.packages && { packages: options.packages }) }) ?? [])]);
      for (const report of reports) findings.push(toFinding(rule, report, print(rule.id, statementText(source.text, flow, report.node)), await maskOf(report, files, values, mask), files));
    } catch (error) {
      problem(rule.id, `The rule ${rule.id} failed on this file and judged nothing in it: ${error instanceof Error ? error.message : 'unknown error'}.`);
    }
    await pause(signal);
  }
  try {
    const ours = own ? [...ownReports(flow, source.text, own.sinks)].flatMap(({ rule, report }) => all.filter(({ id }) => id === rule).map((one) => ({ rule: one, report }))) : [];
    for (const { rule, report } of [...ours, ...(files.length > 1 ? reportsElsewhere(whole!, files, all) : [])]) {
      if (findings.some((known) => known.rule === rule.id && known.range.start === report.node.start && known.range.end === report.node.end)) continue;
      findings.push(toFinding(rule, report, print(rule.id, statementText(source.text, flow, report.node)), await maskOf(report, files, values, mask), files));
    }
  } catch (error) {
    problem('flow', `Following values into imported files failed, so what becomes of them there was not judged: ${error instanceof Error ? error.message : 'unknown error'}.`);
  }
  return { findings: [...early, ...findings].sort(byPlace), problems };
}

/** What a report quotes of other files is masked by their secrets too. */
async function maskOf(report: Report, files: readonly LinkedFile[], values: readonly string[], mask: Mask): Promise<Mask> {
  const others = filesOnTheWay(report, files);
  if (others.length === 0) return mask;
  const found = await Promise.all(others.map(({ path, text }) => findSecrets({ path, text, language: languageOf(path) })));
  return maskFor([...values, ...found.flatMap((one) => one.values)]);
}

function byPlace(a: Finding, b: Finding): number {
  return a.range.start - b.range.start || a.range.end - b.range.end;
}

/** What rules see in the bare text; its size is no trouble for them, for each goes through it once. */
function inText(source: Source, rules: readonly Rule[], print: ReturnType<typeof fingerprinter>, mask: Mask, problem: (where: string, message: string) => void): readonly Finding[] {
  return rules.flatMap((rule) => {
    if (rule.checkText === undefined) return [];
    try {
      return dedupe([...rule.checkText(source)]).map((report) => toFinding(rule, report, print(rule.id, lineAround(source.text, report.node.start)), mask));
    } catch (error) {
      problem(rule.id, `The rule ${rule.id} failed on this file and judged nothing in it: ${error instanceof Error ? error.message : 'unknown error'}.`);
      return [];
    }
  });
}

/** The line at a place, cut to what a person writes in one. */
function lineAround(text: string, place: number): string {
  const start = Math.max(place - 1000, text.lastIndexOf('\n', place - 1) + 1);
  const end = text.indexOf('\n', place);
  return text.slice(start, Math.min(end < 0 ? text.length : end, place + 1000));
}

/** Whether a word stands in the text, looked up once a word: rules share many. */
function wordsOf(text: string): (word: string) => boolean {
  const known = new Map<string, boolean>();
  return (word) => {
    let held = known.get(word);
    if (held === undefined) known.set(word, (held = text.includes(word)));
    return held;
  };
}

async function secretsOf(source: Source, signal: AbortSignal | undefined, problems: Problem[]): Promise<{ readonly findings: readonly Finding[]; readonly values: readonly string[] }> {
  try {
    const found = await findSecrets(source, signal);
    problems.push(...found.problems);
    return found;
  } catch {
    signal?.throwIfAborted();
    // The error's own text may quote the analysed one: it is not repeated.
    problems.push({ where: 'secrets', message: mask('The search for secrets failed on this file: look for credentials by hand.', []) });
    return { findings: [], values: [] };
  }
}

async function parse(source: Source, problem: (where: string, message: string, range?: Range) => void): Promise<Parsed | undefined> {
  try {
    const parsed = await parseEcmascript(source.text, source.language);
    if (parsed.error) problem('parse', `The syntax could not be read here (${parsed.error.message}): code around it was judged as far as it could be read.`, { start: parsed.error.start, end: Math.min(source.text.length, parsed.error.start + 1) });
    return parsed;
  } catch (error) {
    problem('parse', `This file could not be parsed, so nothing in it was judged but secrets: ${error instanceof Error ? error.message : 'unknown error'}.`);
    return undefined;
  }
}

function engine(parsed: Parsed, text: string, files: readonly LinkedFile[], models: Models, expired: () => boolean, problem: (where: string, message: string) => void): Flow | undefined {
  try {
    return files.length > 1 ? run(parsed.program, joinedText(files), models, { expired, files }) : run(parsed.program, text, models, { expired });
  } catch (error) {
    problem('flow', `Following values through this file failed, so nothing in it was judged but secrets: ${error instanceof Error ? error.message : 'unknown error'}.`);
    return undefined;
  }
}

function sizeTrouble(text: string): string | undefined {
  if (text.length > MAX_TEXT) return `This file is larger than ${MAX_TEXT / 1_000_000} million characters: only secrets were looked for. Generated files can be excluded in the policy.`;
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    if (end - start > MAX_LINE) return `This file has a line of more than ${MAX_LINE} characters, as minified code has: only secrets were looked for. Generated files can be excluded in the policy.`;
    start = end + 1;
  }
  return undefined;
}

/** Lets other work and an abort through. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}

/** One finding a place: a node that ran in several contexts is reported once, as its worst. */
function dedupe(reports: readonly Report[]): readonly Report[] {
  const best = new Map<string, Report>();
  for (const report of reports) {
    const key = `${report.node.start}:${report.node.end}`;
    const known = best.get(key);
    if (known === undefined || SEVERITIES.indexOf(report.severity) < SEVERITIES.indexOf(known.severity)) best.set(key, report);
  }
  return [...best.values()].sort((a, b) => a.node.start - b.node.start);
}

function statementText(text: string, flow: Flow, node: Node): string {
  const { start, end } = innermost(flow.program.statements, node);
  return text.slice(start, end);
}

function toFinding(rule: Rule, report: Report, print: Finding['print'], mask: Mask, files: readonly LinkedFile[] = []): Finding {
  const trace = report.taint && traceOf(report.taint, report, mask, files);
  // A repair that would copy a secret into another place is worth less than the secret.
  const fixes: Fix[] = (report.fixes ?? []).filter(({ change }) => change.every((edit) => mask(edit.text) === edit.text)).map(({ title, kind, change }) => ({ title: mask(title), kind, change }));
  return {
    rule: rule.id, range: { start: report.node.start, end: report.node.end }, severity: report.severity, confidence: report.confidence,
    message: mask(report.message), why: report.why ?? rule.why, advice: report.advice ?? rule.advice, cwe: rule.cwe, owasp: rule.owasp, print, fixes, ...(trace && { trace }),
  };
}

/** Source first, sink last; steps at one place are one step, told by the first of them. */
function traceOf(taint: Taint, report: Report, mask: Mask, files: readonly LinkedFile[]): readonly Step[] {
  const steps: { node: Node; message: string }[] = [];
  for (let trail = taint.trail; trail !== undefined; trail = trail.previous) steps.unshift({ node: trail.node, message: trail.message });
  const all = [{ node: taint.source as Node, message: SOURCE_WORDS[taint.source.kind](taint.source.label) }, ...steps, { node: report.end ?? report.node, message: report.sink ?? 'used here' }];
  const told = all.filter((step, index) => index === 0 || !all.slice(0, index).some((earlier) => earlier.node.start === step.node.start && earlier.node.end === step.node.end));
  return stepsOf(told, { start: report.node.start, end: report.node.end }, files, mask);
}

const SOURCE_WORDS: Readonly<Record<Taint['source']['kind'], (label: string) => string>> = {
  remote: (label) => `\`${label}\` comes from outside`,
  parameter: (label) => `\`${label}\` is whatever the caller passes`,
  local: (label) => `\`${label}\` is what the user enters`,
  stored: (label) => `\`${label}\` was stored before`,
};
