/** What was changed before the editor was there: the gate will ask about it, so it is listed, as what it is. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../../src/extension/api.ts';
import { until } from '../until.ts';

describe('what was changed while nobody recorded', () => {
  for (const { title, file, is } of [
    { title: 'a new file', file: 'src/unseen.ts', is: ['function unseen: external'] },
    { title: 'an old function from which something was taken', file: 'src/customers.ts', is: ['function findCustomer: external'] },
  ]) {
    it(`is to vet: ${title}`, async () => {
      const api = (await vscode.extensions.getExtension('vetmark.vetmark')!.activate()) as Api;
      const regions = (): string[] => api.regions(vscode.Uri.file(join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, file))).map(({ label, origin }) => `${label}: ${origin.kind}`);
      await until(() => regions().length > 0).catch(() => undefined);
      assert.deepEqual(regions(), is);
    });
  }
});
