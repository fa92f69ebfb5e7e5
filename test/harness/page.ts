/**
 * A rule's page is its test: one heading a case, carets under what is reported, a `fix:` block for the text after each fix offered, a case without
 * carets for a safe look-alike. The page is printed again from what analysis says and compared; `UPDATE=1` rewrites it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { applyChange, lineStarts, positionAt } from '../../src/core/text.ts';
import type { Finding } from '../../src/core/finding.ts';
import { readPackages, type Packages } from '../../src/core/packages.ts';
import { analyze, type Analysis } from '../../src/analysis/analyze.ts';
import type { RuleFacts } from '../../src/analysis/catalogue.ts';
import { expandSecrets, expansionOf } from './secrets.ts';

export interface Case {
  readonly heading: string;
  /** As in the fence: `ts`, `tsx`, `js`, `env`. */
  readonly info: string;
  /** Without carets, as the page shows it: made-up secrets are named, not written. */
  readonly text: string;
  /** With the made-up secrets written out: what is analysed. */
  readonly expanded: string;
  /** What a `json package.json` block above it declares. Absent: nothing is said about imports. */
  readonly packages?: Packages;
}

export interface Page {
  /** Printed again from what analysis said. */
  readonly printed: string;
  readonly cases: readonly Case[];
  /** What a reader would miss, one sentence each. */
  readonly faults: readonly string[];
}

const LANGUAGES: Readonly<Record<string, string>> = { ts: 'typescript', tsx: 'typescriptreact', js: 'javascript', jsx: 'javascriptreact', vue: 'vue', html: 'html', svelte: 'svelte', json: 'json', yaml: 'yaml', env: 'dotenv', sh: 'shellscript', py: 'python', dockerfile: 'dockerfile' };
const CARETS = /^\s*(?:\/\/|#)<?\s*\^+(?: |$)/;

/** The language id of a fence. Throws for a fence no language is known for: that is a mistake in the page. */
function languageOfFence(info: string): string {
  const language = LANGUAGES[info];
  if (language === undefined) throw new Error(`no language is known for the fence \`\`\`${info}`);
  return language;
}

async function readPage(text: string, rule: RuleFacts): Promise<Page> {
  const out: string[] = [];
  const cases: Case[] = [];
  const faults: string[] = [];
  const headings: string[] = [];
  let heading = '';
  let packages: Packages | undefined;
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.startsWith('## ')) headings.push((heading = line.slice(3)));
    const fence = /^```(\S+)(.*)$/.exec(line);
    if (fence === null) {
      out.push(line);
      continue;
    }
    const end = lines.indexOf('```', i + 1);
    const body = lines.slice(i + 1, end < 0 ? undefined : end);
    i = end < 0 ? lines.length : end;
    const info = fence[1]!;
    if (fence[2]!.trim() === 'package.json') {
      packages = readPackages({ manifests: [body.join('\n')] });
      out.push(line, ...body, '```');
      continue;
    }
    // Blocks after a fix are printed from the case before them.
    if (fence[2]!.trim().startsWith('fix:')) continue;
    const shown = body.filter((each) => !CARETS.test(each)).join('\n');
    const one: Case = { heading, info, text: shown, expanded: expandSecrets(shown), ...(packages && { packages }) };
    cases.push(one);
    out.push(...(await printCase(one, rule.id)));
  }
  if (!headings.includes('When to turn it off')) faults.push('The page has no section "When to turn it off".');
  if (lines[0] !== `# ${rule.id}`) faults.push(`The page opens with "${lines[0]}" and not "# ${rule.id}".`);
  if (!lines.includes(`> ${rule.summary}`)) faults.push(`The page does not quote the rule's summary: "> ${rule.summary}".`);
  const links = footer(rule);
  if (out.filter((each) => each !== '').at(-1) !== links) faults.push(`The page's last line should be: ${links}`);
  return { printed: out.join('\n'), cases, faults };
}

/** Reads a page and, with UPDATE=1, writes it again as analysis sees it. */
export async function checkPage(file: string, rule: RuleFacts): Promise<{ readonly expected: string; readonly page: Page }> {
  const expected = readFileSync(file, 'utf8');
  const page = await readPage(expected, rule);
  if (process.env['UPDATE'] === '1' && page.printed !== expected) {
    writeFileSync(file, page.printed);
    return { expected: page.printed, page };
  }
  return { expected, page };
}

function footer(rule: RuleFacts): string {
  return [...rule.cwe.map((number) => `[CWE-${number}](https://cwe.mitre.org/data/definitions/${number}.html)`), ...rule.owasp.map((category) => `OWASP ${category}`)].join(' · ');
}

/** A case, or what became of it, as analysis sees it. */
export function analyseCase(one: Case, text = one.expanded): Promise<Analysis> {
  return analyze({ text, path: `case.${one.info}`, language: languageOfFence(one.info) }, one.packages && { packages: one.packages });
}

/** The findings of one rule in a case. */
export async function findingsOf(one: Case, rule: string): Promise<readonly Finding[]> {
  const { findings } = await analyseCase(one);
  return findings.filter((finding) => finding.rule === rule);
}

async function printCase(one: Case, rule: string): Promise<string[]> {
  const findings = await findingsOf(one, rule);
  const { toPage } = expansionOf(one.text);
  const starts = lineStarts(one.text);
  const comment = ['env', 'sh', 'py', 'yaml', 'dockerfile'].includes(one.info) ? '#' : '//';
  const lines = one.text.split('\n');
  const printed: string[] = [];
  lines.forEach((line, index) => {
    printed.push(line);
    for (const { range: analysed, message } of findings) {
      const range = { start: toPage(analysed.start), end: toPage(analysed.end) };
      const { line: at, character } = positionAt(starts, range.start);
      if (at !== index) continue;
      const width = Math.max(1, Math.min(range.end - range.start, line.length - character));
      const lead = character >= comment.length ? comment.padEnd(character) : `${comment}<`;
      printed.push(`${lead}${'^'.repeat(width)} ${message}`);
    }
  });
  const out = ['```' + one.info, ...printed, '```'];
  for (const { fixes } of findings) for (const fix of fixes) out.push('```' + `${one.info} fix: ${fix.title}`, foldSecrets(one.text, applyChange(one.expanded, fix.change)), '```');
  return out;
}

/** The made-up secrets of a case as their names again. */
function foldSecrets(shown: string, text: string): string {
  return [...shown.matchAll(/\{\{[a-z\d-]+(?:#\d+)?\}\}/g)].reduce((folded, [name]) => folded.replaceAll(expandSecrets(name), name), text);
}
