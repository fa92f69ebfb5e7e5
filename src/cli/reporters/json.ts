/** Findings as JSON for programs: versioned, lines and columns one-based, no code quoted, so no secret can be in it. */
import { lineStarts, positionAt, type Range } from '#core/text';
import { exitCodeOf, rulePage, type Report } from '../report.ts';

export function json(report: Report): string {
  const files = report.files.map((file) => {
    const starts = lineStarts(file.text);
    const place = (range: Range) => ({ start: at(starts, range.start), end: at(starts, range.end) });
    return {
      path: file.path,
      findings: file.findings.map((finding) => ({
        rule: finding.rule,
        page: rulePage(finding.rule),
        severity: finding.severity,
        confidence: finding.confidence,
        message: finding.message,
        why: finding.why,
        advice: finding.advice,
        cwe: finding.cwe,
        owasp: finding.owasp,
        ...place(finding.range),
        trace: (finding.trace ?? []).map((step) => ({ message: step.message, ...(step.elsewhere ? { path: step.elsewhere.path, start: { line: step.elsewhere.start.line + 1, column: step.elsewhere.start.character + 1 }, end: { line: step.elsewhere.end.line + 1, column: step.elsewhere.end.character + 1 } } : place(step.range)) })),
        fingerprint: finding.print,
        fixes: finding.fixes.map((fix) => ({ title: fix.title, kind: fix.kind })),
      })),
      problems: file.problems.map((problem) => ({ where: problem.where, message: problem.message, ...(problem.range !== undefined && place(problem.range)) })),
    };
  });
  return JSON.stringify({ version: 1, exitCode: exitCodeOf(report), judged: report.judged, skipped: report.skipped, threshold: report.threshold, files }, undefined, 2) + '\n';
}

function at(starts: readonly number[], offset: number): { readonly line: number; readonly column: number } {
  const { line, character } = positionAt(starts, offset);
  return { line: line + 1, column: character + 1 };
}
