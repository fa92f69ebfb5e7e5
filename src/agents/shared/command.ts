/** Commands as configuration files hold them. */

/** A list of arguments as one line for a POSIX shell, which is what agents run hooks with. */
export function commandLine(command: readonly string[]): string {
  return command.map((part) => (/^[A-Za-z0-9_/.:=@%+,-]+$/.test(part) ? part : `'${part.replaceAll("'", "'\\''")}'`)).join(' ');
}
