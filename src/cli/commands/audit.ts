/** `vetmark audit`: what was recorded of agents, people and the gate, and whether the record is whole. */
import type { AuditEvent } from '#core/audit';
import { auditFile, readAudit } from '#project/audit-log';
import { openRepository } from '#project/repository';
import { printable, refuse, type ExitCode, type Terminal } from '../terminal.ts';

export async function audit([verb, ...rest]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if ((verb !== 'show' && verb !== 'verify') || rest.length > 0) return refuse(terminal, '`vetmark audit show` prints the log of this repository, `vetmark audit verify` checks its chain.');
  const opened = await openRepository(terminal.cwd);
  if (!opened.ok) return refuse(terminal, opened.message);
  const { entries, check } = await readAudit(opened.repository);
  if (verb === 'show') for (const entry of entries) terminal.out(`${String(entry.seq).padStart(6)}  ${printable(entry.at)}  ${printable(sentence(entry.event))}\n`);
  const file = printable(auditFile(opened.repository));
  if (!check.ok) {
    terminal.err(`Line ${check.line} of ${file} was tampered with or damaged: ${check.message} Keep the file as evidence and ask who had access to this account.\n`);
    return 1;
  }
  if (verb === 'verify') terminal.out(check.entries === 0 ? `Nothing was recorded yet in ${file}.\n` : `${check.entries} entries in ${file} form one unbroken chain. A log that was cut off at its end would look the same.\n`);
  return 0;
}

function sentence(event: AuditEvent): string {
  switch (event.kind) {
    case 'agent-tool':
      return `${event.agent} ${event.phase} ${event.tool}${event.paths.length === 0 ? '' : ` on ${event.paths.join(', ')}`}${event.decision === undefined ? '' : `: ${event.decision}`}`;
    case 'vetted':
      return `${event.reviewer} vetted ${event.units} unit${event.units === 1 ? '' : 's'}: ${event.file}`;
    case 'gate':
      return `gate against ${event.base.slice(0, 12)}: ${event.outcome}${event.reasons === 0 ? '' : `, ${event.reasons} reasons`}`;
    case 'reviewer':
      return `reviewer ${event.action}: ${event.reviewer}`;
    case 'gap':
      return `gap: ${event.message}`;
  }
}
