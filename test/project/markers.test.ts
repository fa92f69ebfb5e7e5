import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { digestOf } from '#core/digest';
import type { RepoPath } from '#core/path';
import { pruneMarkers, readMarkers, watchMarkers, writeMarker, type Marker } from '#project/markers';

const marker = (at: number, file = 'src/a.ts'): Omit<Marker, 'v' | 'id'> => ({
  agent: 'claude-code', session: 's', tool: 'Edit', path: file as RepoPath, before: null, after: digestOf('x'), written: [{ start: 0, end: 1 }], at,
});

describe('markers of agents’ hooks', () => {
  let gitDir: string;
  beforeEach(() => { gitDir = mkdtempSync(path.join(tmpdir(), 'vetmark-markers-')); });
  afterEach(() => { rmSync(gitDir, { recursive: true }); });
  const repository = () => ({ root: gitDir, gitDir });

  it('are read back as written, oldest first', async () => {
    const late = await writeMarker(repository(), marker(2000));
    const early = await writeMarker(repository(), marker(1000));
    assert.deepEqual(await readMarkers(repository()), { markers: [early, late], corrupt: [] });
  });
  it('that are corrupt are named', async () => {
    const { id } = await writeMarker(repository(), marker(1000));
    writeFileSync(path.join(gitDir, 'vetmark/markers', `${id}.json`), '{"v":1');
    assert.deepEqual(await readMarkers(repository()), { markers: [], corrupt: [`${id}.json`] });
  });
  it('that point out of the repository are corrupt', async () => {
    const { id } = await writeMarker(repository(), marker(1000, '../evil'));
    assert.deepEqual((await readMarkers(repository())).corrupt, [`${id}.json`]);
  });
  it('older than asked are pruned', async () => {
    await writeMarker(repository(), marker(1000));
    const kept = await writeMarker(repository(), marker(5000));
    await pruneMarkers(repository(), 6000, 3000);
    assert.deepEqual((await readMarkers(repository())).markers, [kept]);
  });
  it('from eight writers at once arrive each once, though the folder did not exist', async () => {
    const heard: string[] = [];
    const watching = watchMarkers(repository(), ({ id }) => heard.push(id));
    const written = (await Promise.all(Array.from({ length: 8 }, async (_, n) => {
      const ids: string[] = [];
      for (let i = 0; i < 25; i++) ids.push((await writeMarker(repository(), marker(1000 + n))).id);
      return ids;
    }))).flat();
    for (let n = 0; n < 60 && heard.length < written.length; n++) await wait(50);
    await wait(600);
    watching.dispose();
    assert.deepEqual(heard.sort(), written.sort());
  });
});
