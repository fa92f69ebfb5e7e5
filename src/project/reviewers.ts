/** `.vetmark/reviewers`: who may vet, in OpenSSH `allowed_signers` format. */

export interface Reviewer {
  readonly principals: readonly string[];
  /** `ssh-ed25519 AAAA...` */
  readonly publicKey: string;
  /** Milliseconds since 1970; absent: no limit. */
  readonly validAfter?: number;
  readonly validBefore?: number;
}

/** Reads the file; a line it cannot read is named and refuses the whole (fail closed). `namespaces=` without vetmark leaves a key out. */
export function readReviewers(_text: string): { readonly ok: true; readonly reviewers: readonly Reviewer[] } | { readonly ok: false; readonly message: string } {
  throw new Error('not built yet');
}

/** The text with one more reviewer at its end; the same text when the key is there already for that principal. */
export function addReviewer(_text: string, _principal: string, _publicKey: string): string {
  throw new Error('not built yet');
}
