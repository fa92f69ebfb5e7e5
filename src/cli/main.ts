/**
 * `vetmark`: one verb, one command. Each command is loaded when it is called, so that an agent's hook pays for itself alone.
 * Exit codes: 0 clean, passed or done; 1 findings, or blocked; 2 could not judge, or used wrongly.
 */
import { thisTerminal, type ExitCode, type Terminal } from './terminal.ts';

type Command = (args: readonly string[], terminal: Terminal) => Promise<ExitCode>;

const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['check', async () => (await import('./commands/check.ts')).check],
  ['gate', async () => (await import('./commands/gate.ts')).gate],
  ['hook', async () => (await import('./commands/hook.ts')).hook],
  ['agents', async () => (await import('./commands/agents.ts')).agents],
  ['audit', async () => (await import('./commands/audit.ts')).audit],
  ['reviewers', async () => (await import('./commands/reviewers.ts')).reviewers],
  ['provenance', async () => (await import('./commands/provenance.ts')).provenance],
  ['rules', async () => (await import('./commands/rules.ts')).rules],
]);

const HELP = `vetmark: AI-written code is untrusted input until a person has vetted it.

  vetmark check [paths...]              find secrets and injection in files
      --format pretty|json|sarif|       how to print (default pretty)
               github|gitlab|junit
      --threshold <severity>            fail on this bad or worse (default high)
      --since <rev>                     only what was added since a revision
      --cache <folder>                  remember clean files
  vetmark gate --base <rev>             judge a change: is everything it adds vetted, and free of findings?
      --head <rev>                      judge a commit instead of the work tree
      --staged                          judge what is staged
      --shard <i>/<n>                   one part of n, for a matrix of jobs
      --cache <folder>                  remember clean files; a folder that the change cannot write to
      --format pretty|json|sarif|github|gitlab|junit
  vetmark gate --merge <files...>       the whole from the JSON of all shards
  vetmark hook <agent>                  called by an agent's hooks, with a payload on standard input
  vetmark agents status | doctor        which agents run the hook; prove that it answers
  vetmark agents connect <agent>        show and write an agent's configuration; disconnect undoes it exactly
  vetmark audit show                    what agents, people and the gate did
      --kind <kind>  --who <name>  --path <part>  --since <date>  --last <n>
  vetmark audit verify                  is the log whole, and as long as its checkpoints say?
      --copy <file>                     hold it against a checkpoint that was kept elsewhere
      --from <n>                        from this entry on, where older files were archived
  vetmark audit export                  hand the log on
      --format jsonl|csv|ocsf
      --otlp <address>                  send it to this OpenTelemetry collector
  vetmark reviewers list                who may vet
  vetmark reviewers add <address> <key> enrol a reviewer (at a terminal only); the key as a file or as text
  vetmark reviewers revoke <address>    end what a reviewer's keys may (at a terminal only); with a key behind it, that one only
  vetmark provenance show <file>        who wrote each line
  vetmark provenance gaps               what was not recorded, and what to do about it
  vetmark provenance record             write the record beside the code; --stage stages it
  vetmark provenance export             for other tools: --format agent-trace|git-ai, --rev <rev>
  vetmark provenance import             what others recorded: --format git-ai|agent-trace|commits
      --since <rev>                     only commits since a revision
  vetmark rules list                    every rule, with its page
  vetmark help | --version

Exit codes: 0 clean or passed, 1 findings or blocked, 2 could not judge.
`;

process.exitCode = await main(process.argv.slice(2), thisTerminal());

async function main([verb, ...args]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (verb === '--version' || verb === '-v') {
    terminal.out(`${process.env.VETMARK_VERSION ?? '0.0.0-source'}\n`);
    return 0;
  }
  if (verb === 'help' || verb === '--help' || verb === '-h' || args.includes('--help')) {
    terminal.out(HELP);
    return 0;
  }
  const load = verb === undefined ? undefined : COMMANDS.get(verb);
  if (load === undefined) {
    terminal.err(`${verb === undefined ? 'A command is missing.' : `There is no command "${verb}".`}\n\n${HELP}`);
    return 2;
  }
  return (await load())(args, terminal);
}
