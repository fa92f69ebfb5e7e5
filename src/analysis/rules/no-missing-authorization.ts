/** Routes that change something and lack the check that their siblings have. */
import type { Expr, Fn, Node } from '../flow/program.ts';
import { isClientPath, lastOf, pathOf } from '../paths.ts';
import { code } from '../reach.ts';
import { changesState, routesOf, type Route } from '../routes.ts';
import { defineRule, type Report, type RuleInput } from '../rule.ts';
import { bare, calledName } from '../shape.ts';
import { surveyOf } from '../survey.ts';
import { oneLine } from '../words.ts';

/** Names of what lets only some people through. */
const GUARD = /auth(?!or(?!i[sz]))|logged|signed_?in|\blogin|require_?(?:user|role|admin|permission|session|owner|login|account)|ensure_?(?:user|role|admin|owner)|is_?(?:admin|owner|staff|member)|admin_?only|verify_?(?:token|jwt|session|user|access|owner)|protect|guard|permission|roles?\b|\bcan\b|access_?control|jwt|passport|session_?(?:required|check)|clerk|bearer|api_?key|policy|polic(?:y|ies)|owner/i;
/** In a handler: who asks is looked at. */
const CALLER = /\b(?:req|request|ctx|context|c|locals|event\.locals|res\.locals|ctx\.state)\??\.(?:user|auth|session|account|currentUser|principal|userId|isAuthenticated|state\.user|locals\.user)\b|\bc\.get\(\s*['"](?:user|session|userId|jwtPayload|auth)['"]|\b(?:getServerSession|getSession|getUser|getCurrentUser|currentUser|requireUser|requireAuth\w*|requireSession|requireAdmin|validateRequest|verifySession|verifyToken|getToken|auth|getAuth|assertAuth\w*|checkAuth\w*|authenticate\w*|authorize\w*|ensureAuth\w*|requireRole|requirePermission|checkPermission\w*|isAuthenticated|validateSession|getUserFrom\w*|getUserId|verifyAuth)\s*\(|\b(?:jwt|jsonwebtoken)\.verify\(|jwtVerify\(|\bif\s*\(\s*!(?:user|currentUser|session|viewer|me)\b|AuthenticationError|UnauthorizedError|ForbiddenError/;
const OWNER = /\b(?:user_?id|owner_?id|author_?id|owner|author|created_?by|account_?id|tenant_?id|org(?:anization)?_?id|customer_?id|seller_?id|member_?id|team_?id|workspace_?id|creator_?id|creator)\b/i;
const ME = /\b(?:req|request|ctx|context|c|session|locals)\??\.(?:user|auth|session|state|userId|account)\b|\b(?:session|user|currentUser|me|viewer|auth)\??\.(?:user\??\.)?(?:id|_id|sub|userId|uid|email)\b|\buserId\b|\bc\.get\(/;
/** Routes that everybody may call. */
const PUBLIC = /log-?in|log-?out|sign-?(?:in|up|out)|regist(?:er|ration)|forgot|reset|webhook|hook\b|callback|health|ping|contact|subscribe|newsletter|public|csrf|verify|confirm|activate|refresh|token|oauth|search|feedback|track|metrics|report|guest|auth|session|otp|password|revoke|introspect/i;
const ADMIN = /admin|role|permission|\bcan\b|polic(?:y|ies)|staff|owner/i;

export default defineRule({
  id: 'no-missing-authorization',
  summary: 'Check who is asking on every route that changes something.',
  why: 'Whoever knows the address calls it: a route beside guarded ones that was forgotten does for a stranger what the others do for a user.',
  advice: 'Put the check of the other routes before this one too, or say in a comment for the reviewer why everybody may call it.',
  cwe: [862, 863, 639, 306],
  owasp: ['A01:2021 Broken Access Control', 'A01:2025 Broken Access Control'],
  words: ['delete', 'post', 'put', 'patch', 'Delete', 'Post', 'Put', 'Patch', 'DELETE', 'POST', 'PUT', 'PATCH', 'use server', 'mutation', 'Mutation', 'route'],
  needs: ['uth', 'ession', 'user', 'User', 'oken', 'uard', 'rotect', 'dmin', 'ogin', 'ogged', 'wner', 'ermission', 'jwt'],
  *check(input) {
    const routes = routesOf(input.flow, input.text);
    const facts = new Map(routes.map((route) => [route, factsOf(route, input)]));
    for (const route of routes) {
      if (!changesState(route)) continue;
      const siblings = routes.filter((other) => other !== route && other.owner === route.owner);
      const { asks, owns, isAdmin } = facts.get(route)!;
      yield* impersonated(route, siblings, input);
      if (!asks) yield* unguarded(route, siblings.filter((other) => facts.get(other)!.asks), input);
      else if (!owns && !isAdmin) yield* unowned(route, siblings.filter((other) => facts.get(other)!.owns), input);
    }
  },
});

interface Facts {
  readonly asks: boolean;
  /** Whose the record is is compared with who asks. */
  readonly owns: boolean;
  readonly isAdmin: boolean;
}

function factsOf({ guards, handler }: Route, input: RuleInput): Facts {
  const names = guards.map((guard) => guardName(guard, input));
  const isPublic = names.some((name) => /^(?:is)?Public\b|^Skip\w*Auth|Anonymous|allowAny/i.test(name));
  const body = handler === undefined ? undefined : bodyOf(handler, input);
  // A handler written elsewhere may check by itself.
  const asks = isPublic || body === undefined || names.some((name) => GUARD.test(name)) || CALLER.test(body) || callsGuard(handler!, input);
  return { asks, owns: body === undefined || isPublic || ownsIn(body) || callsOwner(handler!, input), isAdmin: names.some((name) => ADMIN.test(name)) || (body !== undefined && /\.role\b|isAdmin|\bcan\(|permission/i.test(body)) };
}

function bodyOf(fn: Fn, { text }: RuleInput): string {
  return bare(code(text, fn));
}

/** What a guard is called, and what it is made of: `...editors`, where that is a list of guards. */
function guardName(guard: Expr, input: RuleInput): string {
  const { text, flow } = input;
  if (guard.kind === 'spread') return guardName(guard.value, input);
  if (guard.kind === 'name') {
    const value = surveyOf(flow).definitions.get(guard.slot)?.value;
    return value === undefined || value.kind === 'name' ? code(text, guard) : `${code(text, guard)} ${guardName(value, input)}`;
  }
  if (guard.kind === 'function') return guard.name + (CALLER.test(bare(code(text, guard))) ? ' authenticated' : '');
  return code(text, guard).slice(0, 300);
}

/** One condition, or one query, that names both the owner and the one who asks. */
function ownsIn(body: string): boolean {
  return body.split(/;|\n\s*\n/).some((part) => OWNER.test(part.replace(/\b(?:const|let|var)\s+\{?[^=]{0,80}=\s*(?=req|request|ctx|c\.|session|await (?:auth|getS))/g, '')) && ME.test(part) && /[=!]==?|where|find|equals|eq\(|delete|update|filter|\$\d|\?/i.test(part));
}

function callsGuard(handler: Fn, input: RuleInput): boolean {
  return surveyOf(input.flow).inside('call', handler).some((call) => {
    const name = calledName(call);
    return /^(?:require|ensure|assert|check|verify|authori[sz]e|authenticate|validate)/i.test(name) && GUARD.test(name);
  });
}

function callsOwner(handler: Fn, input: RuleInput): boolean {
  return surveyOf(input.flow).inside('call', handler).some((call) => {
    const name = calledName(call);
    return /(?:own|access|permission|can[A-Z]|author|belongs|policy|ability|member)/.test(name) && !/^(?:find|get|create)/.test(name);
  });
}

function* unguarded(route: Route, guarded: readonly Route[], input: RuleInput): Iterable<Report> {
  const { text } = input;
  const [sibling] = guarded;
  // A route that only says that it is none.
  if (route.handler && /\b(?:405|501|410)\b/.test(bodyOf(route.handler, input))) return;
  if (sibling === undefined || PUBLIC.test(route.path) || (route.handler && PUBLIC.test(route.handler.name))) return;
  yield { node: route.node, severity: 'medium', confidence: 'likely', message: `\`${nameOf(route, text)}\` changes something and checks nobody, unlike \`${nameOf(sibling, text)}\`` };
}

/** A record is picked by an id from the request, and its owner is never looked at. */
function* unowned(route: Route, owned: readonly Route[], input: RuleInput): Iterable<Report> {
  const [sibling] = owned.filter(takesId);
  const { handler } = route;
  if (sibling === undefined || handler === undefined || !takesId(route)) return;
  const survey = surveyOf(input.flow);
  const write = survey.inside('call', handler).find((call) => WRITE.test(calledName(call)) && call.args.some((arg) => mentionsId(arg)))?.callee ?? survey.inside('template', handler).find((sent) => sent.tag !== undefined && /^.?\s*(?:update|delete)\b/i.test(code(input.text, sent).replace(/^[^`]*`/, '')) && mentionsId(sent));
  if (write === undefined) return;
  yield { node: write, severity: 'medium', confidence: 'likely', message: `Any signed-in user reaches any record by its id here, unlike in \`${nameOf(sibling, input.text)}\`, which looks at its owner` };

  function takesId(one: Route): boolean {
    return one.handler !== undefined && /:\w*id\b|\[id\]|\bparams\b|\bid\b/i.test(one.path + bodyOf(one.handler, input));
  }
  function mentionsId(arg: Node): boolean {
    return [...survey.inside('member', arg), ...survey.inside('name', arg), ...survey.inside('call', arg)].some((node) => {
      const path = pathOf(node, survey);
      return isClientPath(path) && /id$/i.test(lastOf(path)) && !/user|owner/i.test(lastOf(path));
    });
  }
}

/** Who acts is what the request says, where the others ask the session. */
function* impersonated(route: Route, siblings: readonly Route[], input: RuleInput): Iterable<Report> {
  const { handler } = route;
  const knows = (fn: Fn): boolean => ME.test(bodyOf(fn, input).replace(/\buserId\b/g, ''));
  if (handler === undefined || knows(handler) || !siblings.some((other) => other.handler !== undefined && knows(other.handler)) || route.guards.some((guard) => ADMIN.test(guardName(guard, input)))) return;
  const survey = surveyOf(input.flow);
  for (const object of survey.inside('object', handler)) {
    for (const entry of object.entries) {
      if (!('key' in entry) || typeof entry.key !== 'string' || !/^(?:owner|user|author|customer|account)(?:_?id)?$/i.test(entry.key)) continue;
      const path = pathOf(entry.value, survey);
      if (!isClientPath(path) || !/^(?:user|owner|author|customer|account|my|current)_?(?:user)?_?id$/i.test(lastOf(path))) continue;
      yield { node: entry.value, severity: 'medium', confidence: 'likely', message: `\`${oneLine(code(input.text, entry.value))}\` says who acts, and comes with the request: the other routes ask the session` };
      return;
    }
  }
}

const WRITE = /^(?:delete|update|remove|destroy|findByIdAnd|findOneAnd|replace|save|set|query|execute|run|patch)/i;

function nameOf(route: Route, text: string): string {
  return oneLine(code(text, route.node)).replace(/^(?:export\s+)?(?:async\s+)?function\s+/, '');
}
