/** Where a user's own files are: configuration below the home folder, state by the platform's custom. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where a user's own configuration starts. */
export function homeFolder(): string {
  return homedir();
}

/** `$XDG_STATE_HOME`, `~/.local/state`, or the platform's like. */
export function stateFolder(): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_STATE_HOME !== undefined && XDG_STATE_HOME.startsWith('/')) return XDG_STATE_HOME;
  if (process.platform === 'win32') return LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  return process.platform === 'darwin' ? join(homedir(), 'Library', 'Application Support') : join(homedir(), '.local', 'state');
}
