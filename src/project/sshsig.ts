/** SSH signatures (PROTOCOL.sshsig, OpenSSH 8.0+) over Ed25519 keys, with node:crypto; stock `ssh-keygen -Y verify -n vetmark` accepts them. */

export const NAMESPACE = 'vetmark';

export interface KeyPair {
  /** OpenSSH private key, PEM-like text, unencrypted: for a secret store, never for disk. */
  readonly privateKey: string;
  /** One line: `ssh-ed25519 AAAA... comment`. */
  readonly publicKey: string;
}

export function createKeyPair(_comment: string): KeyPair {
  throw new Error('not built yet');
}

/** The armoured signature (`-----BEGIN SSH SIGNATURE-----`) of a text. */
export function signText(_privateKey: string, _text: string): string {
  throw new Error('not built yet');
}

/** Checks an armoured signature; on success the signer's public key, `ssh-ed25519 AAAA...`. Any other namespace, type or hash is refused. */
export function verifySignature(_signature: string, _text: string): { readonly ok: true; readonly publicKey: string } | { readonly ok: false; readonly message: string } {
  throw new Error('not built yet');
}
