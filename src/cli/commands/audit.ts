/** `vetmark audit`: what was recorded of agents, people and the gate, and whether the record is whole. Tamper-evident, nothing more. */
import process from 'node:process';
import type { AuditEntry } from '#core/audit';
import { AUDIT_KINDS } from '#core/audit-event';
import { toOcsf, type OcsfLink } from '#core/ocsf';
import { checkAudit, type AuditCheck, type CheckOptions } from '#project/audit-check';
import { auditFile, logOf } from '#project/audit-files';
import type { OtlpRecord } from '#project/audit-otlp';
import { readCopy } from '#project/checkpoints';
import { openRepository, type Repository } from '#project/repository';
import { readOptions } from '../options.ts';
import { auditLine, auditRow, CSV_HEAD, isAsked, type AuditFilter } from '../reporters/audit.ts';
import { printable, refuse, type ExitCode, type Terminal } from '../terminal.ts';

const VERBS = ['show', 'verify', 'export'] as const;
const FORMATS = ['jsonl', 'csv', 'ocsf'] as const;
const OPTIONS = { show: ['last', 'from', 'kind', 'who', 'path', 'since'], verify: ['copy', 'from'], export: ['format', 'otlp', 'from'] } as const;
/** Records in one request to a collector. */
const BATCH = 500;

type Format = (typeof FORMATS)[number];

export async function audit([verb, ...rest]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (!isVerb(verb)) return refuse(terminal, '`vetmark audit show` prints the log of this repository, `vetmark audit verify` looks whether it is whole, `vetmark audit export --format jsonl|csv|ocsf` hands it on.');
  const options = readOptions(rest, OPTIONS[verb]);
  if (!options.ok) return refuse(terminal, options.message);
  if (options.positionals.length > 0) return refuse(terminal, `\`vetmark audit ${verb}\` takes no "${options.positionals[0]}".`);
  const { from, last, copy, format = 'jsonl', otlp } = options.values;
  const [first, count] = [whole(from ?? '0'), whole(last ?? '0')];
  if (first === undefined || count === undefined) return refuse(terminal, '--from and --last take a whole number.');
  const opened = await openRepository(terminal.cwd);
  if (!opened.ok) return refuse(terminal, opened.message);
  const { repository } = opened;
  try {
    switch (verb) {
      case 'show':
        return await show(repository, terminal, first, count, options.values);
      case 'verify':
        return await verify(repository, terminal, first, copy);
      case 'export':
        if (!isFormat(format) || (otlp !== undefined && options.values['format'] !== undefined)) return refuse(terminal, `Say either --format ${FORMATS.join('|')} or --otlp <address of a collector>.`);
        return await (otlp === undefined ? hand(repository, terminal, first, format) : send(repository, terminal, first, otlp));
    }
  } catch (error) {
    return refuse(terminal, `The audit log cannot be read, so nothing can be said of it: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** All that is asked for, or the last few of it: who approved what, what an agent touched, what the gate said. */
async function show(repository: Repository, terminal: Terminal, from: number, last: number, filter: AuditFilter): Promise<ExitCode> {
  if (filter.kind !== undefined && !AUDIT_KINDS.includes(filter.kind)) return refuse(terminal, `There is no event "${filter.kind}". There are: ${AUDIT_KINDS.join(', ')}.`);
  if (filter.since !== undefined && !/^\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d)?)?)?)?)?$/.test(filter.since)) return refuse(terminal, '--since takes a date in UTC such as 2026-11-24, or 2026-11-24T09:30.');
  const lines: string[] = [];
  const check = await checkAudit(repository, { from }, (entry) => {
    if (!isAsked(entry, filter)) return;
    if (last === 0) terminal.out(auditLine(entry));
    else if (lines.push(auditLine(entry)) > last) lines.shift();
  });
  terminal.out(lines.join(''));
  return problems(terminal, check);
}

async function verify(repository: Repository, terminal: Terminal, from: number, copy: string | undefined): Promise<ExitCode> {
  let options: CheckOptions = { from };
  if (copy !== undefined) {
    const read = await readCopy(terminal.cwd, copy);
    if (read === undefined) return refuse(terminal, `${copy} is no copy of a checkpoint: one line of JSON, and the SSH signature below it.`);
    options = { from, copies: [read] };
  }
  const check = await checkAudit(repository, options);
  const code = problems(terminal, check);
  const file = printable(auditFile(repository));
  if (code === 0) terminal.out(check.entries === 0 ? `Nothing was recorded yet in ${file}.\n` : `${check.entries} entries in ${file} form one unbroken chain.\n`);
  if (check.covered > 0) terminal.out(`Checkpoints signed by ${printable(check.signers.join(', '))} cover the first ${check.covered}.\n`);
  for (const limit of check.limits) terminal.out(`Note: ${printable(limit)}\n`);
  return code;
}

/** The log as it is, as a table, or in the schema that log collectors share. What is damaged is left out, said, and makes the exit code 1. */
async function hand(repository: Repository, terminal: Terminal, from: number, format: Format): Promise<ExitCode> {
  if (format === 'csv') terminal.out(CSV_HEAD);
  return problems(terminal, await checkAudit(repository, { from }, writerOf(format, repository, terminal)));
}

function writerOf(format: Format, repository: Repository, terminal: Terminal): (entry: AuditEntry, line: string) => void {
  switch (format) {
    case 'jsonl':
      return (_entry, line) => terminal.out(`${line}\n`);
    case 'csv':
      return (entry) => terminal.out(auditRow(entry));
    case 'ocsf': {
      const source = { log: logOf(repository), version: version() };
      let previous: OcsfLink | undefined;
      return (entry, line) => {
        const event = toOcsf(entry, line, previous, source);
        previous = event.link;
        terminal.out(`${event.line}\n`);
      };
    }
  }
}

async function send(repository: Repository, terminal: Terminal, from: number, address: string): Promise<ExitCode> {
  // Loaded for this alone: nothing else of Vetmark can open a connection.
  const { nameCollector, sendToCollector } = await import('#project/audit-otlp');
  const named = nameCollector(address, process.env['OTEL_EXPORTER_OTLP_HEADERS'] ?? '');
  if (!named.ok) return refuse(terminal, named.message);
  const source = { log: logOf(repository), version: version() };
  const records: OtlpRecord[] = [];
  let sent = 0;
  let trouble = '';
  // A file at a time: a log of years does not fit into memory.
  const pause = async (): Promise<void> => {
    while (records.length > 0 && trouble === '') {
      const batch = records.splice(0, BATCH);
      const answer = await sendToCollector(named.collector, batch, source);
      if (answer.ok) sent += batch.length;
      else trouble = `${answer.message} ${sent === 0 ? 'Nothing was sent before.' : `Sent before: ${sent} entries.`} Go on with --from ${batch[0]!.entry.seq}.`;
    }
    records.length = 0;
  };
  const check = await checkAudit(repository, { from, pause }, (entry, line) => void records.push({ entry, line }));
  if (trouble !== '') return refuse(terminal, trouble);
  terminal.out(`${sent} entries were sent to ${named.collector.endpoint.host}.\n`);
  return problems(terminal, check);
}

function problems(terminal: Terminal, check: AuditCheck): ExitCode {
  for (const problem of check.problems) terminal.err(`${printable(problem)}\n`);
  if (check.problems.length === 0) return 0;
  terminal.err('Keep the files as evidence, and ask who had access to this account.\n');
  return 1;
}

function version(): string {
  return process.env.VETMARK_VERSION ?? '0.0.0-source';
}

function whole(value: string): number | undefined {
  return /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}

function isVerb(value: string | undefined): value is (typeof VERBS)[number] {
  return (VERBS as readonly (string | undefined)[]).includes(value);
}

function isFormat(value: string): value is Format {
  return (FORMATS as readonly string[]).includes(value);
}
