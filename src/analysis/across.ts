/**
 * Analysis across files: what a text imports is read with it, values are followed through the functions of both, and a sink in the imported file is
 * told where this text hands the value over. Invariant: a finding's own range lies in the text that was analysed; steps elsewhere say where.
 */
import type { Step } from '#core/finding';
import { languageOf } from '#core/language';
import { lineStarts, positionAt, type Range } from '#core/text';
import type { Flow } from './flow/events.ts';
import { fileOf, type LinkedFile } from './flow/linked.ts';
import type { Node, Program } from './flow/program.ts';
import type { Taint } from './flow/value.ts';
import type { Imports } from './imports.ts';
import { ECMASCRIPT_LANGUAGES, parseImported } from './languages/ecmascript.ts';
import type { Mask } from './mask.ts';
import type { Report, Rule } from './rule.ts';
import type { Source } from './source.ts';

/** The text's own program first, then those of the files it imports. A file that cannot be parsed is a name only, as if it were not at hand. */
export async function linkedFiles(source: Source, program: Program, imports: Imports): Promise<readonly LinkedFile[]> {
  const read: { path: string; text: string; program: Program; start: number }[] = [{ path: source.path, text: source.text, program, start: 0 }];
  let start = source.text.length + 1;
  for (const { path, text } of imports.files) {
    const language = languageOf(path);
    if (!ECMASCRIPT_LANGUAGES.has(language)) continue;
    try {
      read.push({ path, text, program: await parseImported(text, language, start), start });
      start += text.length + 1;
    } catch {
      continue;
    }
  }
  const places = new Map(read.map(({ path }, index) => [path, index]));
  const linksOf = (path: string): ReadonlyMap<string, string> => (path === source.path ? imports.links : (imports.files.find((file) => file.path === path)?.links ?? new Map()));
  return read.map((file) => ({ ...file, links: new Map([...linksOf(file.path)].flatMap(([specifier, to]) => (places.has(to) ? [[specifier, places.get(to)!] as const] : []))) }));
}

/** What of a run happened in one of the files. */
export function flowIn(flow: Flow, files: readonly LinkedFile[], index: number): Flow {
  if (files.length < 2) return flow;
  const isIn = ({ node }: { readonly node: Node }): boolean => fileOf(files, node) === index;
  return {
    ...flow, program: files[index]!.program, calls: flow.calls.filter(isIn), assigns: flow.assigns.filter(isIn), elements: flow.elements.filter(isIn), tagged: flow.tagged.filter(isIn), returns: flow.returns.filter(isIn),
    answers: flow.answers.filter(({ fields }) => [...fields.values()].every((value) => value.node === undefined || fileOf(files, value.node) === index)),
  };
}

/** What the rules see in imported files of values that came from outside through this text: each where it was handed over. */
export function* reportsElsewhere(flow: Flow, files: readonly LinkedFile[], rules: readonly Rule[]): Iterable<{ readonly rule: Rule; readonly report: Report }> {
  for (const [index, file] of files.entries()) {
    if (index === 0) continue;
    const there = flowIn(flow, files, index);
    const isTouched = there.calls.some(({ args }) => args.some((arg) => arg.taints.some(({ source }) => source.kind === 'remote' && fileOf(files, source) === 0) || arg.fields !== undefined));
    if (!isTouched) continue;
    // Offsets are those of all files in a row.
    const text = ' '.repeat(file.start) + file.text;
    for (const rule of rules) {
      if (rule.check === undefined || !rule.words.some((word) => file.text.includes(word))) continue;
      for (const report of rule.check({ text, flow: there, raw: [] })) {
        const { taint } = report;
        if (taint === undefined || taint.source.kind !== 'remote' || fileOf(files, taint.source) !== 0) continue;
        yield { rule, report: { ...report, node: handover(taint, files), message: `${report.message}, in \`${file.path}\``, fixes: [], end: report.node } };
      }
    }
  }
}

/** The last place in this text on the way. */
function handover(taint: Taint, files: readonly LinkedFile[]): Node {
  for (let trail = taint.trail; trail !== undefined; trail = trail.previous) if (fileOf(files, trail.node) === 0) return trail.node;
  return taint.source;
}

/** The other files that a report's way leads through: what is quoted of them may hold their secrets. */
export function filesOnTheWay({ taint, end }: Report, files: readonly LinkedFile[]): readonly LinkedFile[] {
  const found = new Set<number>();
  if (taint === undefined || files.length < 2) return [];
  found.add(fileOf(files, taint.source));
  for (let trail = taint.trail; trail !== undefined; trail = trail.previous) found.add(fileOf(files, trail.node));
  if (end) found.add(fileOf(files, end));
  found.delete(0);
  return [...found].map((index) => files[index]!);
}

/** A step where it is: in this text, or elsewhere, and then this text's place before it is its range. */
export function stepsOf(all: readonly { readonly node: Node; readonly message: string }[], own: Range, files: readonly LinkedFile[], mask: Mask): readonly Step[] {
  let here = own;
  return all.map(({ node, message }): Step => {
    const index = files.length < 2 ? 0 : fileOf(files, node);
    if (index === 0) return { range: (here = { start: node.start, end: node.end }), message: mask(message) };
    const { path, text, start } = files[index]!;
    const starts = lineStarts(text);
    return { range: here, message: mask(message), elsewhere: { path, start: positionAt(starts, node.start - start), end: positionAt(starts, node.end - start) } };
  });
}
