/** A person for tests: a key of their own, and the gesture that only a face can make. Outside tests nothing may do this. */
import { languageOf } from '#core/language';
import { repoPathOf, type RepoPath } from '#core/path';
import type { Human, Review } from '#core/review';
import { occurrenceOf, unitsOf } from '#core/unit';
import { openRepository } from '#project/repository';
import { writeReview } from '#project/reviews';
import { editorSigner } from '#project/signers';
import { createKeyPair, type KeyPair } from '#project/sshsig';
import type { Shop } from './cli.ts';

export class Person {
  readonly address: string;
  readonly keys: KeyPair;

  constructor(address: string) {
    this.address = address;
    this.keys = createKeyPair(address);
  }

  /** The line of the reviewers file that trusts this person. */
  get line(): string {
    return `${this.address} namespaces="vetmark" ${this.keys.publicKey.split(' ').slice(0, 2).join(' ')}\n`;
  }

  /** Vets every unit of the files as they stand on disk. */
  async vet(shop: Shop, ...paths: readonly string[]): Promise<RepoPath> {
    const opened = await openRepository(shop.root);
    if (!opened.ok) throw new Error(opened.message);
    const units = paths.flatMap((path) => {
      const all = unitsOf(shop.read(path), languageOf(path));
      return all.map((unit) => ({ path: repoPathOf(path)!, label: unit.label, digest: unit.digest, claim: 'vetted' as const, agents: [], ...occurrenceOf(all, unit) }));
    });
    const review: Review = { units, reviewer: this.address, at: new Date().toISOString(), answers: [], openFindings: [], waivers: [], tool: { name: 'vetmark', version: '0.0.0' } };
    const written = await writeReview(opened.repository, { gesture: 'a test stands in for a click' } as Human, review, editorSigner(this.address, this.keys.privateKey));
    if (!written.ok) throw new Error(written.message);
    return written.file;
  }
}
