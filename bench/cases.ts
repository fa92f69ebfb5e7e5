/**
 * Accuracy on the cases the rules were written with: per class, how many flaws are found (recall) and how many safe look-alikes are flagged (false positives).
 * A case counts as found when any finding of its class's rules is in it. Files under corpus/ hold cases after `=== vuln: title` or `=== safe: title`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyze } from '../src/analysis/analyze.ts';
import type { Bench } from './table.ts';

const folder = join(import.meta.dirname, 'corpus');

interface Case {
  readonly kind: 'vuln' | 'safe';
  readonly title: string;
  readonly language: string;
  readonly text: string;
}

/** Cases of one file. Its first line names the rules that count: `rules: no-sql-injection`. */
export function casesOf(text: string): { readonly rules: readonly string[]; readonly cases: readonly Case[] } {
  const [head, ...parts] = text.split(/^=== /m);
  const rules = /^rules:\s*(.+)$/m.exec(head!)?.[1]!.split(/[\s,]+/) ?? [];
  const cases = parts.map((part): Case => {
    const end = part.indexOf('\n');
    const [, kind, language, title] = /^(vuln|safe)(?:\s+(tsx|js|jsx))?:\s*(.*)$/.exec(part.slice(0, end))!;
    return { kind: kind as Case['kind'], title: title!, language: language === 'tsx' ? 'typescriptreact' : language === 'js' ? 'javascript' : language === 'jsx' ? 'javascriptreact' : 'typescript', text: part.slice(end + 1) };
  });
  return { rules, cases };
}

export const bench: Bench = async () => {
  const rows: (string | number)[][] = [];
  const wrong: string[][] = [];
  const sum = { vuln: 0, found: 0, safe: 0, flagged: 0 };
  const figures: Record<string, number> = {};
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.cases')).sort()) {
    const { rules, cases } = casesOf(readFileSync(join(folder, file), 'utf8'));
    const name = file.replace('.cases', '');
    const count = { vuln: 0, found: 0, safe: 0, flagged: 0 };
    for (const one of cases) {
      const { findings } = await analyze({ text: one.text, path: `${name}.ts`, language: one.language });
      const isFound = findings.some(({ rule }) => rules.includes(rule));
      count[one.kind]++;
      if (one.kind === 'vuln' && isFound) count.found++;
      if (one.kind === 'safe' && isFound) count.flagged++;
      if ((one.kind === 'vuln') !== isFound) wrong.push([name, one.kind === 'vuln' ? 'missed' : 'false alarm', one.title]);
    }
    const recall = count.vuln === 0 ? 0 : (100 * count.found) / count.vuln;
    const false_ = count.safe === 0 ? 0 : (100 * count.flagged) / count.safe;
    rows.push([name, count.vuln, count.safe, recall, false_, (recall - false_) / 100]);
    figures[`${name}Recall`] = Number(recall.toFixed(1));
    figures[`${name}FalsePositives`] = Number(false_.toFixed(1));
    for (const key of ['vuln', 'found', 'safe', 'flagged'] as const) sum[key] += count[key];
  }
  const recall = (100 * sum.found) / sum.vuln;
  const flagged = (100 * sum.flagged) / sum.safe;
  rows.push(['all', sum.vuln, sum.safe, recall, flagged, (recall - flagged) / 100]);
  return {
    tables: [
      { title: 'Accuracy on bench/corpus', columns: ['class', 'vulnerable', 'safe', 'recall, %', 'false positives, %', 'J'], rows },
      { title: 'Wrong', columns: ['class', 'what', 'case'], rows: wrong },
    ],
    figures: { vulnerable: sum.vuln, safe: sum.safe, recall: Number(recall.toFixed(1)), falsePositives: Number(flagged.toFixed(1)), ...figures },
  };
};
