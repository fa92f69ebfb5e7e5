/** Modules that come with a runtime or a bundler, and are declared nowhere. */

/** Of Node 24, without `node:`. */
export const BUILT_IN: ReadonlySet<string> = new Set('assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl sea sqlite stream string_decoder sys test timers tls trace_events tty url util v8 vm wasi worker_threads zlib'.split(' '));

/** Made up by frameworks and hosts while they build or run: what they begin with. */
export const VIRTUAL = /^(?:[a-z][a-z0-9+.-]*:|[#~$/.]|@\/|virtual:|vscode$|electron$|aws-lambda$|estree$|(?:astro|cloudflare|bun|deno|workbox-window|unplugin|k6)(?:[:/]|$)|server-only$|client-only$|@theme\/|@site\/|@docusaurus\/|@generated\/|\$)/;
