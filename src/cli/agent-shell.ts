/** Whose terminal this is. A hint, not a wall: an agent can clear its variables; what it then does is still not trusted by the gate. */

/** Variables that agents and build systems set in the shells they run. */
const VARIABLES = ['CLAUDECODE', 'CODEX_SANDBOX', 'CODEX_MANAGED_BY_NPM', 'GEMINI_CLI', 'GEMINI_SESSION_ID', 'COPILOT_CLI', 'CURSOR_AGENT', 'OPENCODE', 'AI_AGENT', 'CI'] as const;

/** The variable that says so; `undefined` in a person's terminal. */
export function agentShell(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  return VARIABLES.find((name) => (environment[name] ?? '') !== '');
}
