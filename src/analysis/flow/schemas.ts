/** What a schema library's parsed value is, read off the schema: numbers and choices are harmless, texts are texts, the rest is as it came. */
import { cleaned, CONTEXT, NUMBER, type Value } from './value.ts';

const LIBRARY = /^(?:zod|joi|yup|valibot|superstruct|@hapi\/joi|@sinclair\/typebox|ajv|io-ts|arktype|runtypes|class-validator)\b/;
const PARSERS = new Set(['parse', 'safeParse', 'parseAsync', 'safeParseAsync', 'validate', 'validateSync', 'validateAsync', 'cast', 'create', 'attempt']);
/** Steps that keep what an object schema holds. */
const KEEPS = new Set(['strict', 'partial', 'passthrough', 'strip', 'optional', 'nullable', 'nullish', 'default', 'required', 'describe', 'readonly', 'refine', 'superRefine', 'noUnknown', 'shape', 'keys', 'brand', 'loose']);

/** A value of a schema library. */
export function isSchema(value: Value | undefined): boolean {
  return value?.api !== undefined && LIBRARY.test(value.api);
}

/** True when a call parses with a schema; the parsed value is then `parsed(schema, input)`, under `data` or `value` where that is how it comes. */
export function isParse(receiver: Value | undefined, method: string): boolean {
  return PARSERS.has(method) && isSchema(receiver) && !/^(?:valibot|superstruct)(?:\.v)?$/.test(receiver!.api!);
}

/** Libraries whose parser is a function of schema and input (valibot), or of input and schema (superstruct). */
export function parsedByFunction(api: string | undefined, args: readonly Value[]): { readonly schema: Value; readonly input: Value } | undefined {
  const [first, second] = args;
  if (api === undefined || first === undefined || second === undefined) return undefined;
  if (/^valibot\.(?:v\.)?(?:safeParse|parse)(?:Async)?$/.test(api)) return { schema: first, input: second };
  return /^superstruct\.(?:create|mask)$/.test(api) ? { schema: second, input: first } : undefined;
}

export function keepsShape(receiver: Value | undefined, method: string): boolean {
  return KEEPS.has(method) && isSchema(receiver);
}

/** `z.object({…})`: its result carries the object it was given. */
export function isObjectSchema(api: string | undefined): boolean {
  return api !== undefined && /^(?:zod\.(?:z\.)?(?:object|strictObject|looseObject)|joi\.object|joi\.default\.object|yup\.object|valibot\.object|superstruct\.object)$/.test(api);
}

/** Members that the schema does not name come through as well. */
export function keepsMore(schema: Value): boolean {
  return /\.(?:passthrough|loose|looseObject|catchall|any|record|unknown)\b/.test(schema.api ?? '');
}

/** A member's or a plain value's schema, and what came in: what comes out. */
export function parsedLeaf(schema: Value, input: Value): Value {
  const api = schema.api ?? '';
  if (/^\w+\.(?:z\.)?(?:coerce\.)?(?:number|bigint|boolean|date|int)\b/.test(api)) return NUMBER;
  if (/^\w+\.(?:z\.)?(?:enum|literal|nativeEnum|picklist|oneOf)\b|\.(?:uuid|cuid2?|ulid|nanoid|datetime|ip|ipv4|isoDate|guid|alphanum|hex|valid|oneOf|regex|matches|pattern)\(/.test(`${api}(`)) return { taints: [], fixed: true, type: 'string' };
  const checked = cleaned({ taints: input.taints, fixed: input.fixed }, CONTEXT.nosql | CONTEXT.key | (keepsMore(schema) ? 0 : CONTEXT.record));
  return /^\w+\.(?:z\.)?string\b/.test(api) ? { ...checked, type: 'string' } : checked;
}
