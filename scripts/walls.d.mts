export interface Room {
  readonly imports: readonly string[];
  readonly outside: readonly { readonly name: string; readonly only?: string }[];
}
export const ROOMS: Readonly<Record<string, Room>>;
export const NETWORK: readonly string[];
export const CORE_LAYERS: readonly (readonly string[])[];
export function rules(): { name: string; severity: string }[];
export function table(): string;
