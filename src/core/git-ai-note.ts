/** Notes of git-ai (Git AI Standard v3.0.0): lines `  key ranges` under each path, then `---`, then what the keys mean as JSON. Unknown fields are kept. */
import * as z from 'zod';

/** Lines, one-based, `to` inclusive. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

export interface Attestation {
  /** `s_<14 hex>::t_<14 hex>`, `h_<14 hex>`, or the 16 hexadecimal digits of a prompt. */
  readonly key: string;
  readonly lines: readonly LineRange[];
}

export interface GitAiNote {
  readonly files: readonly { readonly path: string; readonly attestations: readonly Attestation[] }[];
  readonly metadata: GitAiMetadata;
}

const session = z.looseObject({ agent_id: z.looseObject({ tool: z.string(), id: z.string().optional(), model: z.string().optional() }), human_author: z.string().nullish() });
const metadata = z.looseObject({
  schema_version: z.string().regex(/^authorship\/3\./),
  git_ai_version: z.string().nullish(),
  base_commit_sha: z.string().nullish(),
  prompts: z.record(z.string(), z.unknown()).optional(),
  humans: z.record(z.string(), z.unknown()).optional(),
  sessions: z.record(z.string(), z.unknown()).optional(),
});

export type GitAiMetadata = z.infer<typeof metadata>;

export const SCHEMA_VERSION = 'authorship/3.0.0';

/** `undefined` when the text is no note of version 3. */
export function readGitAiNote(text: string): GitAiNote | undefined {
  const at = text.startsWith('---\n') ? 0 : text.indexOf('\n---\n') + 1;
  if (at === 0 && !text.startsWith('---\n')) return undefined;
  const meta = metadata.safeParse(jsonOf(text.slice(at + 4)));
  if (!meta.success) return undefined;
  const files: { path: string; attestations: Attestation[] }[] = [];
  for (const line of text.slice(0, at).split('\n')) {
    if (line === '') continue;
    if (line.startsWith('  ')) {
      const attestation = attestationOf(line);
      const file = files.at(-1);
      if (attestation === undefined || file === undefined) return undefined;
      file.attestations.push(attestation);
      continue;
    }
    const path: unknown = line.startsWith('"') ? jsonOf(line) : line;
    if (typeof path !== 'string' || line.startsWith(' ')) return undefined;
    files.push({ path, attestations: [] });
  }
  return { files, metadata: meta.data };
}

/** The note as text: paths with blanks quoted, ranges joined and sorted. */
export function writeGitAiNote({ files, metadata: meta }: GitAiNote): string {
  const body = files.flatMap(({ path, attestations }) => [/[\s"]/.test(path) ? JSON.stringify(path) : path, ...attestations.map(({ key, lines }) => `  ${key} ${rangesOf(lines)}`)]);
  return [...body, '---', JSON.stringify(meta, null, 2)].join('\n') + '\n';
}

/** Which agent a key of a note means. `human`: it says that a person wrote it; `undefined`: nothing says what it means. */
export function meaningOf({ metadata: { sessions, prompts } }: GitAiNote, key: string): { readonly kind: 'agent'; readonly tool: string; readonly model?: string; readonly session?: string } | { readonly kind: 'human' } | undefined {
  const id = key.split('::')[0]!;
  if (id.startsWith('h_')) return { kind: 'human' };
  const known = session.safeParse(own(sessions, id) ?? own(prompts, id));
  if (!known.success) return undefined;
  const { tool, model, id: conversation } = known.data.agent_id;
  return { kind: 'agent', tool, ...(model !== undefined && model !== '' && { model }), ...(conversation !== undefined && conversation !== '' && { session: conversation }) };
}

function own(record: Readonly<Record<string, unknown>> | undefined, key: string): unknown {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

function attestationOf(line: string): Attestation | undefined {
  const entry = /^ {2}(\S+) ([\d,-]+)$/.exec(line);
  if (entry === null) return undefined;
  const lines = entry[2]!.split(',').map((part): LineRange | undefined => {
    const [from, to = from] = part.split('-').map(Number);
    return from !== undefined && Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 1 && to! >= from ? { from, to: to! } : undefined;
  });
  return lines.some((range) => range === undefined) ? undefined : { key: entry[1]!, lines: lines as LineRange[] };
}

function rangesOf(lines: readonly LineRange[]): string {
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of [...lines].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
