/** Findings for people at a terminal: what, why, what to do next, grouped by file, and one line that sums up. */
import { atLeast, type Finding, type Severity } from '#core/finding';
import { rulePage, type FileReport, type Report } from '../report.ts';
import { printable, type Terminal } from '../terminal.ts';
import { quotable, type Quotable } from './frame.ts';

const STYLE: Readonly<Record<Severity, Parameters<Terminal['paint']>[0]>> = { critical: ['bold', 'red'], high: 'red', medium: 'yellow', low: 'cyan', info: 'dim' };

export function pretty(report: Report, terminal: Pick<Terminal, 'paint'>): string {
  return report.files.map((file) => fileText(file, terminal)).join('') + summary(report, terminal);
}

/** One finding with its code, as the gate shows it too. Indented by two. */
export function findingText(finding: Finding, code: Quotable, { paint }: Pick<Terminal, 'paint'>): string {
  const { line, column, code: source, carets } = code.frame(finding.range);
  const number = String(line);
  const margin = ' '.repeat(number.length);
  const steps = (finding.trace ?? []).map((step) => `  ${paint('dim', `${margin} = ${step.elsewhere ? `${printable(step.elsewhere.path)} line ${step.elsewhere.start.line + 1}` : `line ${code.line(step.range.start)}`}:`)} ${printable(step.message)}\n`).join('');
  const tags = [...finding.cwe.map((cwe) => `CWE-${cwe}`), ...finding.owasp].join(', ');
  return (
    `  ${paint(STYLE[finding.severity], finding.severity)} ${paint('bold', finding.rule)} ${paint('dim', `${line}:${column}`)} ${printable(finding.message)}\n` +
    `  ${paint('dim', `${number} |`)} ${source}\n` +
    `  ${paint('dim', `${margin} |`)} ${paint(STYLE[finding.severity], carets)}\n` +
    steps +
    `  Why:  ${printable(finding.why)}\n` +
    `  Next: ${printable(finding.advice)}${finding.fixes.length > 0 ? ` Quick-fix in the editor: ${finding.fixes.map((fix) => printable(fix.title)).join('; ')}.` : ''}\n` +
    `  ${paint('dim', `${tags === '' ? '' : `${tags}  `}${rulePage(finding.rule)}`)}\n`
  );
}

function fileText(file: FileReport, terminal: Pick<Terminal, 'paint'>): string {
  const code = quotable(file.text, file.findings);
  const problems = file.problems.map((problem) => `  ${terminal.paint('magenta', 'could not judge')} ${printable(problem.where)}${problem.range === undefined ? '' : ` (line ${code.line(problem.range.start)})`}: ${printable(problem.message)}\n`);
  const findings = [...file.findings].sort((a, b) => a.range.start - b.range.start).map((finding) => findingText(finding, code, terminal));
  return `${terminal.paint('underline', printable(file.path))}\n${[...problems, ...findings].join('\n')}\n`;
}

function summary(report: Report, { paint }: Pick<Terminal, 'paint'>): string {
  const findings = report.files.flatMap((file) => file.findings);
  const failing = findings.filter((finding) => atLeast(finding.severity, report.threshold)).length;
  const problems = report.files.reduce((sum, file) => sum + file.problems.length, 0);
  const files = `${count(report.judged, 'file')} checked${report.skipped > 0 ? `, ${report.skipped} without text skipped` : ''}`;
  if (problems > 0) return `${paint('magenta', 'Could not judge everything')}: ${count(problems, 'problem')}, ${count(findings.length, 'finding')}. ${files}.\n`;
  if (findings.length === 0) return `${paint('green', 'No findings')}. ${files}.\n`;
  return `${paint(failing > 0 ? 'red' : 'yellow', count(findings.length, 'finding'))}, ${failing} at or above ${report.threshold}. ${files}.\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
