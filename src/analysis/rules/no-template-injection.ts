/** Templates from outside: a template is a program. */
import { defineFlowRule } from '../flow-rule.ts';
import { sinks } from '../reach.ts';

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
    vue.compile vue/dist/vue.esm-bundler.js.compile vue/dist/vue.esm-bundler.compile @vue/compiler-dom.compile @vue/compiler-sfc.compileTemplate vue-template-compiler.compile vue-template-compiler.compileToFunctions Vue.compile svelte/compiler.compile preact-render-to-string.render
    marko.load twig.twig velocityjs.render squirrelly.render art-template.render art-template.compile jsrender.templates swig.render swig.compile _.template vash.compile haml.render whiskers.render consolidate.ejs.render`, { arg: 0, fields: ['data', 'template'] },
  ]),
  whole: ['remote', 'local'],
  composed: ['remote', 'local', 'parameter'],
  severity: 'high',
  becomes: (callee) => `becomes part of the template that \`${callee}\` compiles`,
});
