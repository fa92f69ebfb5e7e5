/** Templates from outside: a template is a program. */
import { defineFlowRule } from '../flow-rule.ts';
import { CONTEXT } from '../flow/value.ts';
import { calleeName, code, sinks } from '../reach.ts';
import type { Report, RuleInput } from '../rule.ts';
import { oneLine, sourceWords } from '../words.ts';

export default defineFlowRule({
  id: 'no-template-injection',
  summary: 'Do not compile templates made of values.',
  why: 'Template languages reach the objects of this program: whoever writes the template runs code of their own on the server.',
  advice: 'Keep the template constant and hand the value in as data.',
  cwe: [1336, 94],
  owasp: ['A03:2021 Injection', 'A05:2025 Injection'],
  words: ['render', 'compile', 'template', 'ejs', 'pug', 'andlebars', 'nunjucks', 'ustache', 'doT', 'eta', 'Liquid'],
  context: 'template',
  sinks: sinks([
    `ejs.render ejs.compile ejs.default.render pug.render pug.compile pug.compileClient handlebars.compile handlebars.precompile Handlebars.compile handlebars.default.compile nunjucks.renderString nunjucks.compile nunjucks.Environment().renderString nunjucks.configure().renderString
    lodash.template lodash.template() underscore.template mustache.render mustache.parse hogan.js.compile dot.template dot.compile doT.template doT.compile eta.renderString eta.render eta.Eta().renderString eta.Eta().renderStringAsync eta.renderStringAsync eta.renderAsync liquidjs.Liquid().parseAndRender liquidjs.Liquid().parse liquidjs.Liquid().parseAndRenderSync
    nunjucks.Template nunjucks.precompileString handlebars.create().compile hbs.compile hbs.handlebars.compile hbs.create().compile jade.compile jade.render Edge.create().renderRaw Edge.create().renderRawSync edge.js.Edge.create().renderRaw edge.js.Edge.create().renderRawSync edge.js.renderRaw template7.compile tempura.compile velocityjs.parse velocityjs.Compile dustjs-linkedin.compile dustjs-linkedin.renderSource squirrelly.compile eta.compile eta.Eta().compile eta.Eta().compileToString swig.compileFile twig.Twig.twig mustache.default.render ejs.default.compile ejs.renderAsync pug.default.render doT.compile hogan.compile Hogan.compile Sqrl.render Twig.twig ejs.Template liquidjs.Liquid().parseFileSync lodash.template art-template marko/compiler.compile @marko/compiler.compile
    vue.compile vue/dist/vue.esm-bundler.js.compile vue/dist/vue.esm-bundler.compile @vue/compiler-dom.compile @vue/compiler-sfc.compileTemplate vue-template-compiler.compile vue-template-compiler.compileToFunctions Vue.compile svelte/compiler.compile preact-render-to-string.render
    marko.load twig.twig velocityjs.render squirrelly.render art-template.render art-template.compile jsrender.templates swig.render swig.compile _.template vash.compile haml.render whiskers.render consolidate.ejs.render`, { arg: 0, fields: ['data', 'template'] },
  ]),
  whole: ['remote', 'local'],
  composed: ['remote', 'local', 'parameter'],
  severity: 'high',
  also: settings,
  becomes: (callee) => `becomes part of the template that \`${callee}\` compiles`,
});

/** `res.render(view, req.query)`: a template's data may hold the engine's own settings, and those are code for some. */
function* settings(input: RuleInput): Iterable<Report> {
  for (const event of input.flow.calls) {
    const isPartial = event.name === 'registerPartial' && event.args[1] !== undefined;
    if (event.name !== 'render' && event.name !== 'renderFile' && !isPartial) continue;
    const [value, node] = [event.args[1], event.node.args[1]];
    const taint = value?.taints.find((one) => one.source.kind === 'remote' && (isPartial ? (one.clean & CONTEXT.template) === 0 : (one.clean & CONTEXT.record) === 0));
    if (taint === undefined || node === undefined || (!isPartial && event.api !== 'http.res.render' && !/^(?:ejs|pug|hbs|handlebars|nunjucks|eta)\b/.test(event.api ?? ''))) continue;
    const what = isPartial ? `becomes a template in \`${calleeName(input.text, event)}\`` : `is all the data of the template that \`${calleeName(input.text, event)}\` renders, the engine's settings included`;
    yield { node, severity: 'medium', confidence: 'proven', taint, message: `${sourceWords(taint, oneLine(code(input.text, node)))} ${what}`, sink: what.replaceAll('`', '') };
  }
}
