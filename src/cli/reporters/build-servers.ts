/** Notices in the formats of build servers: GitHub's annotations, GitLab's code quality, JUnit's XML. Checked code is hostile: nothing of it may end a field. */
import type { Severity } from '#core/finding';
import { printable } from '../terminal.ts';
import type { Notice, Notices } from './notices.ts';

/** One workflow command a line (https://docs.github.com/actions/reference/workflow-commands-for-github-actions). */
export function github({ notices }: Notices): string {
  return notices.map((notice) => `::${notice.weight === 'blocks' ? 'error' : 'warning'} ${properties(notice)}::${data(notice.message)}\n`).join('');
}

function properties({ path, lines, rule }: Notice): string {
  const place = path === undefined ? [] : [`file=${property(path)}`, ...(lines === undefined ? [] : [`line=${lines.from}`, `endLine=${lines.to}`, ...(lines.from === lines.to ? [`col=${lines.column}`] : [])])];
  return [...place, `title=${property(`Vetmark: ${rule}`)}`].join(',');
}

function data(text: string): string {
  return printable(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

const QUALITY: Readonly<Record<Severity, string>> = { critical: 'blocker', high: 'critical', medium: 'major', low: 'minor', info: 'info' };

/** A code quality report (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format). */
export function gitlab({ notices }: Notices): string {
  const issues = notices.map(({ path = '.', lines, rule, severity, message, print }) => ({
    description: printable(message),
    check_name: rule,
    fingerprint: print.slice('sha256:'.length),
    severity: QUALITY[severity],
    location: { path, lines: { begin: lines?.from ?? 1, end: lines?.to ?? 1 } },
  }));
  return `${JSON.stringify(issues, undefined, 2)}\n`;
}

/** One suite; a case for each judged file, with a failure for each notice that blocks, and one for what is about no judged file. */
export function junit({ suite, judged, notices }: Notices): string {
  const blocking = notices.filter(({ weight }) => weight === 'blocks');
  const places = [...new Set([...judged, ...blocking.map(({ path = '.' }) => path)])].sort();
  const cases = places.map((place) => {
    const own = blocking.filter(({ path = '.' }) => path === place);
    const name = `classname="vetmark" name="${xml(place)}"`;
    if (own.length === 0) return `    <testcase ${name}/>\n`;
    return `    <testcase ${name}>\n${own.map((notice) => `      <failure type="${xml(notice.rule)}" message="${xml(notice.message)}">${xml(`${place}${notice.lines === undefined ? '' : `:${notice.lines.from}`}: ${notice.message}`)}</failure>\n`).join('')}    </testcase>\n`;
  });
  const failures = places.filter((place) => blocking.some(({ path = '.' }) => path === place)).length;
  const totals = `tests="${places.length}" failures="${failures}" errors="0" skipped="0"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${totals}>\n  <testsuite name="${suite}" ${totals}>\n${cases.join('')}  </testsuite>\n</testsuites>\n`;
}

/** Text for XML 1.0, which has no way to write most control characters: they are spelled out. */
function xml(text: string): string {
  return printable(text).replace(/[\ufffe\uffff]/g, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
