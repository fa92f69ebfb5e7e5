/**
 * What no agent may write: Vetmark's records, git's own files, and the configuration that runs hooks. Pure path logic over path parts.
 * Paths are compared as the most forgiving file system would: case, Unicode form, invisible characters, trailing dots and stream names do not count.
 */

/** Where things are. Absolute, symbolic links resolved. */
export interface Places {
  /** Work tree of the repository. Absent: the agent does not work in one. */
  readonly root?: string;
  /** Directories that hold git's own files of this repository, and folders of Vetmark's own. */
  readonly keep: readonly string[];
}

/** Why a place is protected: part of the sentence the agent is told. */
export type Shield = 'record' | 'git' | 'hooks';

/**
 * Files that decide whether and which hooks run, wherever they stand (repository or home). A star stands for any text within one part,
 * two for any parts. Sources: the agents' own documentation and docs/agents.
 */
const HOOK_FILES: readonly string[] = [
  '.claude/settings*.json',
  '.claude/hooks/**',
  '.claude.json',
  '.codex/hooks.json',
  '.codex/config.toml',
  '.gemini/settings.json',
  '.github/hooks/**',
  '.copilot/hooks/**',
  '.copilot/config.json',
  '.opencode/plugin/**',
  '.opencode/plugins/**',
  '.opencode/opencode.json*',
  '.config/opencode/**',
  'opencode.json',
  'opencode.jsonc',
  '.cursor/hooks.json',
  '.cursor/hooks/**',
  '.kiro/hooks/**',
  '.kiro/agents/**',
  '.amazonq/cli-agents/**',
  '.aws/amazonq/cli-agents/**',
];
const HOOK_PATTERNS = HOOK_FILES.map((pattern) => pattern.split('/'));

/** The shield over an absolute path; `undefined` when it is free. */
export function shieldOf(path: string, places: Places): Shield | undefined {
  const parts = partsOf(path);
  if (parts.some((part) => part === '.git' || /^git~\d$/.test(part))) return 'git';
  if (places.keep.some((folder) => startsWith(parts, partsOf(folder)))) return 'record';
  if (places.root !== undefined) {
    const root = partsOf(places.root);
    const first = startsWith(parts, root) ? parts[root.length] : undefined;
    if (first !== undefined && (first === '.vetmark' || /^vetmar~\d$/.test(first))) return 'record';
  }
  if (HOOK_PATTERNS.some((pattern) => endsLike(parts, pattern))) return 'hooks';
  return undefined;
}

/** Parts of a path, folded; `.` and `..` are taken out as text, for the caller has resolved links already. */
function partsOf(path: string): readonly string[] {
  const parts: string[] = [];
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(fold(part));
  }
  return parts;
}

/** One part as the most forgiving file system reads it: HFS+ and NTFS ignore what is dropped here (as git's own check of `.git` does). */
function fold(part: string): string {
  const bare = part.normalize('NFKC').replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '').toLowerCase();
  const stream = bare.indexOf(':', 2);
  const name = stream < 0 ? bare : bare.slice(0, stream);
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end--;
  return name.slice(0, end) || bare;
}

function startsWith(parts: readonly string[], head: readonly string[]): boolean {
  return head.length <= parts.length && head.every((part, index) => parts[index] === part);
}

/** True when the path's last parts are like the pattern. */
function endsLike(parts: readonly string[], pattern: readonly string[]): boolean {
  if (pattern.at(-1) !== '**') return pattern.length <= parts.length && pattern.every((part, index) => like(parts[parts.length - pattern.length + index]!, part));
  const head = pattern.slice(0, -1);
  return parts.some((_, at) => at + head.length <= parts.length && head.every((part, index) => like(parts[at + index]!, part)));
}

function like(part: string, pattern: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return part === pattern;
  const head = pattern.slice(0, star);
  const tail = pattern.slice(star + 1);
  return part.length >= head.length + tail.length && part.startsWith(head) && part.endsWith(tail);
}
