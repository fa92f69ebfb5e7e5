/** `vetmark rules list`: every rule, with its page. */
import { RULES } from '#analysis/rules/index';
import { rulePage, SECRET_RULE } from '../report.ts';
import { refuse, type ExitCode, type Terminal } from '../terminal.ts';

/** Secrets are found by an engine of their own, in any language, and have no file among the rules. */
const SECRETS = { id: SECRET_RULE, summary: 'Do not write keys, tokens or passwords into code.', cwe: [798, 259, 321] };

export async function rules(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (args.length !== 1 || args[0] !== 'list') return refuse(terminal, '`vetmark rules list` shows every rule.');
  for (const { id, summary, cwe } of [SECRETS, ...RULES].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    terminal.out(`${terminal.paint('bold', id)}\n  ${summary} ${cwe.map((number) => `CWE-${number}`).join(', ')}\n  ${terminal.paint('dim', rulePage(id))}\n`);
  }
  return 0;
}
