/**
 * Markers: what agents' hooks said they wrote, one file each under the git directory, so that eight writers at once lose nothing.
 * Invariant 8: a marker holds digests and ranges, never text.
 */
import type { Digest } from '#core/digest';
import type { RepoPath } from '#core/path';
import type { AgentId } from '#core/provenance';
import type { Range } from '#core/text';
import type { Repository } from './repository.ts';

export interface Marker {
  readonly v: 1;
  /** ULID: its name on disk, and its order. */
  readonly id: string;
  readonly agent: AgentId;
  readonly model?: string;
  readonly session: string;
  readonly tool: string;
  readonly call?: string;
  readonly path: RepoPath;
  /** Of the whole text before; `null`: there was no file. Absent: not known. */
  readonly before?: Digest | null;
  /** Of the whole text after. */
  readonly after: Digest;
  /** What the agent wrote, offsets of the text after. */
  readonly written: readonly Range[];
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
}

/** Writes one marker, atomically. */
export async function writeMarker(_repository: Repository, _marker: Omit<Marker, 'v' | 'id'>): Promise<Marker> {
  throw new Error('not built yet');
}

/** All markers on disk, oldest first; corrupt ones are named, not dropped in silence. */
export async function readMarkers(_repository: Repository): Promise<{ readonly markers: readonly Marker[]; readonly corrupt: readonly string[] }> {
  throw new Error('not built yet');
}

/** Calls back with each new marker, soon after it is written. Returns the way to stop. */
export function watchMarkers(_repository: Repository, _onMarker: (marker: Marker) => void): { dispose(): void } {
  throw new Error('not built yet');
}

/** Drops markers older than `age` milliseconds before `now`. */
export async function pruneMarkers(_repository: Repository, _now: number, _age: number): Promise<void> {
  throw new Error('not built yet');
}
