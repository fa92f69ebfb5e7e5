/**
 * What two other ways of keeping track would say of the same code: git-ai's notes (standard v3: a line is known human when a note says so) and tags in
 * comments (what is tagged as generated counts as reviewed when the tag says so). The agent writes the note and the tag, as anybody can.
 */
import type { World } from './world.ts';

/** Forges the note with one command, and reads it as a verifier would: is every added line of the branch attested as a known human's? */
export function notesAccept(world: World): boolean {
  const files = addedLines(world);
  const sections = [...files].map(([path, count]) => `${/\s/.test(path) ? JSON.stringify(path) : path}\n  h_31dce776f88375 1-${count}`).join('\n');
  world.sh('git notes --ref=ai add -f -F - HEAD <<< "$NOTE"', { NOTE: `${sections}\n---\n{"schema_version":"authorship/3.0.0","prompts":{},"humans":{"h_31dce776f88375":{"author":"Ada <ada@example.org>"}},"sessions":{}}` });
  const [attested = ''] = world.sh('git notes --ref=ai show HEAD').split('\n---\n');
  const known = new Map<string, number>();
  let path = '';
  for (const line of attested.split('\n')) {
    const human = /^ {2}h_[0-9a-f]{14} 1-(\d+)$/.exec(line);
    if (human !== null) known.set(path, Number(human[1]));
    else path = line.startsWith('"') ? (JSON.parse(line) as string) : line;
  }
  return [...files].every(([file, count]) => (known.get(file) ?? 0) >= count);
}

/** Types the tag, and looks for generated code whose tag does not say that it was reviewed. */
export function tagsAccept(world: World): boolean {
  const texts = [...addedLines(world).keys()].map((path) => `// @ai-gen reviewed\n${world.sh('git show "HEAD:$FILE" | tr -d "\\000"', { FILE: path })}`);
  return texts.every((text) => [...text.matchAll(/@ai-gen\b(.*)/g)].every(([, rest]) => /\b(?:ok|reviewed|checked)\b/.test(rest ?? '')));
}

/** Readable source files that the branch changes, with their number of lines. */
function addedLines(world: World): ReadonlyMap<string, number> {
  const paths = world.sh('git diff -z --name-only --diff-filter=AMR origin/main...HEAD -- . ":!.vetmark" || git ls-files -z').split('\0').filter((path) => path !== '' && !path.includes('\ufffd'));
  return new Map(paths.map((path) => [path, world.sh('git show "HEAD:$FILE" | wc -l', { FILE: path })] as const).map(([path, count]) => [path, Math.max(1, Number(count))]));
}
