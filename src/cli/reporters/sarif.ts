/**
 * Findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), in the shape GitHub code scanning reads: rules with help and
 * security-severity, partial fingerprints, code flows. Written by hand: the builders on npm bring a file system and set none of these.
 * Invariant 8: no code is quoted, and a fix whose text would betray a secret of the file is left out.
 */
import type { CodeFlow, Fix as SarifFix, Log, Notification, Region, ReportingDescriptor, Result } from 'sarif';
import { atLeast, type Finding, type Fix, type Place, type Problem, type Severity } from '#core/finding';
import { lineStarts, positionAt, type Range } from '#core/text';
import { exitCodeOf, rulePage, type FileReport, type Report } from '../report.ts';
import { quotable } from './frame.ts';

const LEVEL: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = { critical: 'error', high: 'error', medium: 'warning', low: 'note', info: 'note' };
/** GitHub reads: over 9 critical, 7 to 8.9 high, 4 to 6.9 medium, below low. */
const SCORE: Readonly<Record<Severity, string>> = { critical: '9.5', high: '8.0', medium: '5.5', low: '3.0', info: '1.0' };
const PRECISION = { proven: 'very-high', likely: 'high', pattern: 'medium' } as const;

/** What is reported beside the findings of analysis: the gate's own reasons. */
export interface Further {
  readonly rules: readonly ReportingDescriptor[];
  readonly results: readonly Result[];
}

/** A report for GitHub and other readers of SARIF. */
export function sarif(report: Report, further: Further = { rules: [], results: [] }): string {
  const findings = report.files.flatMap((file) => file.findings);
  const rules = [...[...new Set(findings.map(({ rule }) => rule))].map((id) => descriptor(findings.filter(({ rule }) => rule === id))), ...further.rules].sort((a, b) => (a.id < b.id ? -1 : 1));
  const places = new Map(rules.map((rule, index) => [rule.id, index]));
  const log: Log = {
    version: '2.1.0',
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    runs: [
      {
        tool: { driver: { name: 'Vetmark', informationUri: 'https://github.com/vetmark/vetmark', semanticVersion: process.env.VETMARK_VERSION ?? '0.0.0', rules } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'The root of the repository, or the folder that was checked.' } } },
        invocations: [{ executionSuccessful: exitCodeOf(report) !== 2, toolExecutionNotifications: report.files.flatMap(notifications) }],
        results: [...report.files.flatMap((file) => results(file)), ...further.results].map((result) => ({ ...result, ruleIndex: places.get(result.ruleId ?? '') ?? -1 })),
      },
    ],
  };
  return JSON.stringify(log, undefined, 2) + '\n';
}

/** A rule by its findings: it is as severe as the worst of them, for GitHub ranks alerts by their rule. */
function descriptor(findings: readonly Finding[]): ReportingDescriptor {
  const finding = findings.reduce((worst, next) => (atLeast(worst.severity, next.severity) ? worst : next));
  const cwes = [...new Set(findings.flatMap(({ cwe }) => cwe))];
  return {
    id: finding.rule,
    name: finding.rule.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: words(finding.rule) },
    fullDescription: { text: finding.why },
    help: { text: `${finding.why}\n\n${finding.advice}\n\n${rulePage(finding.rule)}`, markdown: `${finding.why}\n\n**What to do:** ${finding.advice}\n\n[The rule's page](${rulePage(finding.rule)})` },
    helpUri: rulePage(finding.rule),
    defaultConfiguration: { level: LEVEL[finding.severity] },
    properties: {
      tags: ['security', ...cwes.map((cwe) => `external/cwe/cwe-${String(cwe).padStart(3, '0')}`), ...finding.owasp],
      precision: PRECISION[finding.confidence],
      'security-severity': SCORE[finding.severity],
    },
  };
}

/** `no-sql-injection` -> `No sql injection`. */
function words(rule: string): string {
  const text = rule.replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function results(file: FileReport): Result[] {
  const starts = lineStarts(file.text);
  const code = quotable(file.text, file.findings);
  return file.findings.map((finding) => {
    const fixes = finding.fixes.filter((fix) => !fix.change.some((edit) => code.betrays(edit.text)));
    const flow = codeFlow(file.path, starts, finding);
    return {
      ruleId: finding.rule,
      level: LEVEL[finding.severity],
      message: { text: `${finding.message} ${finding.advice}` },
      locations: [{ physicalLocation: place(file.path, starts, finding.range) }],
      // The key names the algorithm and its version: a change of it must not reopen every alert in silence.
      partialFingerprints: { 'vetmark/v1': finding.print },
      properties: { severity: finding.severity, confidence: finding.confidence },
      ...(flow !== undefined && { codeFlows: [flow] }),
      ...(fixes.length > 0 && { fixes: fixes.map((fix) => sarifFix(file.path, starts, fix)) }),
    };
  });
}

function codeFlow(path: string, starts: readonly number[], finding: Finding): CodeFlow | undefined {
  if (finding.trace === undefined || finding.trace.length === 0) return undefined;
  return { threadFlows: [{ locations: finding.trace.map((step, index) => ({ location: { physicalLocation: step.elsewhere ? placeElsewhere(step.elsewhere) : place(path, starts, step.range), message: { text: step.message } }, executionOrder: index + 1 })) }] };
}

function sarifFix(path: string, starts: readonly number[], fix: Fix): SarifFix {
  return { description: { text: fix.title }, artifactChanges: [{ artifactLocation: artifact(path), replacements: fix.change.map((edit) => ({ deletedRegion: region(starts, edit.range), insertedContent: { text: edit.text } })) }] };
}

function notifications(file: FileReport): Notification[] {
  const starts = lineStarts(file.text);
  return file.problems.map((problem: Problem) => ({
    level: 'error' as const,
    descriptor: { id: problem.where },
    message: { text: problem.message },
    locations: [{ physicalLocation: problem.range === undefined ? { artifactLocation: artifact(file.path) } : place(file.path, starts, problem.range) }],
  }));
}

/** A range of a file, relative to the root. */
export function place(path: string, starts: readonly number[], range: Range): { artifactLocation: { uri: string; uriBaseId: string }; region: Region } {
  return { artifactLocation: artifact(path), region: region(starts, range) };
}

function placeElsewhere({ path, start, end }: Place): { artifactLocation: { uri: string; uriBaseId: string }; region: Region } {
  return { artifactLocation: artifact(path), region: { startLine: start.line + 1, startColumn: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 } };
}

export function artifact(path: string): { uri: string; uriBaseId: string } {
  return { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' };
}

/** One-based; the end column is the one after the last character. */
function region(starts: readonly number[], range: Range): Region {
  const start = positionAt(starts, range.start);
  const end = positionAt(starts, range.end);
  return { startLine: start.line + 1, startColumn: start.character + 1, endLine: end.line + 1, endColumn: end.character + 1 };
}

