/** Where a stranger's bytes enter: web frameworks, serverless events, sockets, the browser. */
import { each, type Model } from './model.ts';

const REQUEST = 'http.req';
const REPLY = 'http.res';
const VERBS = 'get post put patch delete all use options head route param del';

function verbs(app: string, roles: readonly string[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(VERBS.split(' ').map((verb) => [`${app}.${verb}`, roles]));
}

/** A text that holds none of these words takes nothing from a stranger. */
export const REMOTE_WORDS: readonly string[] = ['req', 'Req', 'ctx', 'context', 'event', 'Event', 'body', 'Body', 'query', 'Query', 'params', 'Params', 'Param', 'headers', 'cookies', 'location', 'socket', 'message', 'formData', 'FormData', 'input', 'args', 'referrer', 'document.', 'window.', 'entry', 'zip', 'Zip', 'openai', 'nthropic', 'llm', 'model', 'generate', 'use server', 'route', 'originalname'];

export const requests: Model = {
  aliases: {
    ...each('express() express.Router() express.Application() express.Express() express.IRouter() Router() express.App.route() polka() restify.createServer() express.App.get() express.App.post() express.App.put() express.App.use()', 'express.App'),
    ...each('fastify() fastify.Fastify() fastify.FastifyInstance() fastify.fastify()', 'fastify.App'),
    ...each('koa-router() @koa/router() koa() koa.Koa()', 'koa.App'),
    ...each('hono.Hono() hono.Hono().route() hono.OpenAPIHono()', 'hono.App'),
    ...each('express.Request() express.e.Request() Request() next/server.NextRequest() next.NextApiRequest() fastify.FastifyRequest() http.IncomingMessage() NextRequest() koa.ctx.request koa.ctx.req hono.ctx.req IncomingMessage() @nestjs.common.Req @remix-run.node.Request() express.Request.body()', REQUEST),
    ...each('express.Response() next.NextApiResponse() fastify.FastifyReply() http.ServerResponse() koa.ctx.response koa.ctx.res', REPLY),
    ...each('koa.Context() koa.ParameterizedContext() koa-router.RouterContext()', 'koa.ctx'),
    ...each('hono.Context()', 'hono.ctx'),
    ...each('aws-lambda.APIGatewayProxyEvent() aws-lambda.APIGatewayProxyEventV2() aws-lambda.APIGatewayEvent() aws-lambda.ALBEvent() APIGatewayProxyEvent() APIGatewayProxyEventV2() aws-lambda.LambdaFunctionURLEvent()', 'lambda.event'),
    ...each('ws.WebSocketServer() ws.Server() ws.WebSocket.Server()', 'ws.Server'),
    ...each('http.res.status() http.res.type() http.res.set() http.res.header() http.res.code() http.res.cookie() http.res.contentType() http.res.setHeader() http.res.writeHead() http.res.append() http.res.vary()', REPLY),
    'window.location': 'location', 'document.location': 'location', 'globalThis.location': 'location', 'self.location': 'location', 'window.name': 'name', 'window.document': 'document', 'globalThis.document': 'document',
    'http.req.nextUrl.clone()': 'http.req.nextUrl', ...Object.fromEntries('getQuery readBody readRawBody getRouterParam getRouterParams getHeader getHeaders getCookie readFormData readMultipartFormData getRequestURL readValidatedBody getValidatedQuery sendRedirect'.split(' ').map((name) => [name, `h3.${name}`])),
    $fetch: 'fetch', 'ofetch.$fetch': 'fetch', 'route.context.fetch': 'fetch', 'event.request': REQUEST, 'route.context.request': REQUEST, 'route.context.req': REQUEST, 'route.context.context': 'route.context', '@nestjs/axios.HttpService()': 'axios.create()', 'HttpService()': 'axios.create()', 'axios.create().axiosRef': 'axios.create()', 'useSearchParams': 'react-router-dom.useSearchParams', 'useParams': 'react-router-dom.useParams', 'useRouter': 'next/router.useRouter', 'useLocation': 'react-router-dom.useLocation',
    '@angular/router.ActivatedRoute()': 'angular.route', 'ActivatedRoute()': 'angular.route', 'angular.route.snapshot': 'angular.route', '$route': 'vue.route', 'top.location': 'location', 'parent.location': 'location', 'vue-router.useRoute()': 'vue.route', 'useRoute()': 'vue.route',
    'hapi.req': REQUEST, 'http.req.payload': 'http.req.body', 'hapi.h': REPLY, 'http.res.response': 'http.res.send', 'sveltekit.handle.event': 'route.context', 'socket.io.Socket()': 'socket', 'socket.io.Server().on': 'io.on', 'sveltekit.event.request': REQUEST, 'http.req.req': REQUEST, 'http.req.request': REQUEST,
  },
  sources: {
    ...each(`http.req.* http.req.body http.req.query http.req.params http.req.headers http.req.cookies http.req.signedCookies http.req.url http.req.originalUrl http.req.path
      http.req.hostname http.req.host http.req.files http.req.file http.req.rawBody http.req.subdomains http.req.xhr http.req.get() http.req.header() http.req.param() http.req.is()
      http.req.json() http.req.text() http.req.formData() http.req.parseBody() http.req.arrayBuffer() http.req.nextUrl.searchParams http.req.nextUrl.search http.req.nextUrl.pathname http.req.nextUrl.href http.req.raw http.req.valid() http.req.ip http.req.ips http.req.fields
      koa.ctx.query koa.ctx.params koa.ctx.headers koa.ctx.querystring koa.ctx.url koa.ctx.originalUrl koa.ctx.path koa.ctx.cookies.get() koa.ctx.get() koa.ctx.href koa.ctx.host koa.ctx.hostname
      lambda.event.body lambda.event.queryStringParameters lambda.event.pathParameters lambda.event.headers lambda.event.rawQueryString lambda.event.multiValueQueryStringParameters lambda.event.rawPath lambda.event.cookies lambda.event.path
      firebase.call.data remote.value location.search location.hash location.href location.pathname document.URL document.documentURI document.referrer document.cookie document.baseURI name
      next/headers.cookies().get() next/headers.headers().get() next/navigation.useSearchParams() next/navigation.useParams() react-router-dom.useSearchParams() react-router-dom.useParams() react-router-dom.useLocation().search next/router.useRouter().query
      message.event.data message.event.newURL route.context.params route.context.query route.context.url route.context.cookies archive.entry.path archive.entry.fileName archive.entry.entryName archive.entry.name
      adm-zip().getEntries().*.entryName adm-zip().getEntries().*.name upload.file.originalname angular.route.queryParams angular.route.params angular.route.queryParamMap angular.route.paramMap angular.route.fragment vue.route.query vue.route.params vue.route.hash
      sveltekit.event.params sveltekit.event.url remix.args.params context.query`, 'remote' as const),
    // What a model writes is a stranger's text: it may quote a page or a mail it has read.
    ...each(`openai().chat.completions.create() openai.OpenAI().chat.completions.create() openai().responses.create() openai.OpenAI().responses.create() openai.chat.completions.create() openai.responses.create() openai.createChatCompletion() @anthropic-ai/sdk().messages.create() @anthropic-ai/sdk.Anthropic().messages.create()
      anthropic.messages.create() ai.generateText() ai.generateObject() @google/generative-ai.GoogleGenerativeAI().getGenerativeModel().generateContent() @google/genai.GoogleGenAI().models.generateContent() ollama.chat() ollama.generate() @langchain/openai.ChatOpenAI().invoke() llm.invoke() model.invoke() model.generateContent()
      h3.getQuery() h3.readBody() h3.readRawBody() h3.getRouterParam() h3.getRouterParams() h3.getHeader() h3.getHeaders() h3.getCookie() h3.readFormData() h3.readMultipartFormData() h3.getRequestURL() jszip.loadAsync().files jszip().loadAsync().files jszip.JSZip().loadAsync().files
      procedure.args.input resolver.args lambda.event.Records graphql.args`, 'remote' as const),
    'local.value': 'local',
    ...each('process.argv readline.question() prompt() inquirer.prompt() process.stdin', 'local' as const),
  },
  records: `http.req.body http.req.query http.req.json() http.req.parseBody() http.req.formData() http.req.text() http.req.rawBody http.req.fields http.req.nextUrl.searchParams koa.ctx.query lambda.event.body lambda.event.queryStringParameters
    h3.readBody() h3.readRawBody() h3.getQuery() h3.readFormData() firebase.call.data remote.value procedure.args.input message.event.data route.context.query sveltekit.event.url context.query lambda.event.Records`.split(/\s+/),
  callbacks: {
    ...verbs('express.App', [REQUEST, REPLY, '']),
    ...verbs('fastify.App', [REQUEST, REPLY]),
    ...verbs('koa.App', ['koa.ctx', '']),
    ...verbs('hono.App', ['hono.ctx', '']),
    'http.createServer': [REQUEST, REPLY], 'https.createServer': [REQUEST, REPLY], 'http2.createServer': [REQUEST, REPLY], 'Bun.serve': [REQUEST], 'Deno.serve': [REQUEST],
    'ws.socket.on': ['remote.value'], 'ws.Server.on': ['ws.socket', REQUEST], 'socket.on': ['remote.value'], 'socket.once': ['remote.value'], 'net.createServer': ['socket'], 'tls.createServer': ['socket'], 'ws.on': ['remote.value'], 'io.on': ['socket'],
    ...each('ai.tool{execute} @ai-sdk/ai.tool{execute} ai.dynamicTool{execute} @langchain/core/tools.DynamicTool{func} @langchain/core/tools.DynamicStructuredTool{func} langchain/tools.DynamicTool{func} llamaindex.FunctionTool.from @mastra/core/tools.createTool{execute} @openai/agents.tool{execute} fastmcp.FastMCP().addTool{execute} @google/adk.FunctionTool{execute}', ['remote.value'] as const),
    ...each('@langchain/core/tools.tool langchain/tools.tool @langchain/core/tools.tool', ['remote.value'] as const),
    ...each('fastify.App.route{handler} fastify.App.route{preHandler} fastify.App.route{onRequest}', [REQUEST, REPLY] as const),
    ...each('@hapi/hapi.server().route{handler} @hapi/hapi.Server().route{handler} hapi.server().route{handler} hapi.Server().route{handler} server.route{handler}', ['hapi.req', 'hapi.h'] as const),
    ...each('Bun.serve{fetch} Deno.serve{handler}', [REQUEST] as const), 'Bun.serve{websocket}': ['', 'remote.value'],
    ...each('multer.diskStorage{filename} multer.diskStorage{destination}', [REQUEST, 'upload.file', ''] as const),
    ...each('astro:actions.defineAction{handler} @tanstack/react-start.createServerFn().handler @tanstack/start.createServerFn().handler', ['remote.value'] as const),
    ...each('firebase-functions.https.onCall firebase-functions.functions.https.onCall functions.https.onCall', ['remote.value', ''] as const), ...each('firebase-functions/v2/https.onCall firebase-functions/https.onCall', ['firebase.call'] as const),
    'http.req.on': ['remote.value'], 'jszip.loadAsync().forEach': ['remote.value'], 'jszip().loadAsync().forEach': ['remote.value'], 'readline.createInterface().question': ['local.value'], 'readline.createInterface().on': ['local.value'],
    ...each('@modelcontextprotocol/sdk/server/mcp.js.McpServer().tool @modelcontextprotocol/sdk/server/mcp.js.McpServer().registerTool server.tool server.registerTool mcp.tool fastmcp.FastMCP().addTool', ['remote.value'] as const), 'window.addEventListener': ['message.event'], 'addEventListener': ['message.event'], 'self.addEventListener': ['message.event'],
    'electron.ipcMain.on': ['', 'remote.value', 'remote.value', 'remote.value'], 'electron.ipcMain.handle': ['', 'remote.value', 'remote.value', 'remote.value'],
  },
  parameters: {
    req: REQUEST, _req: REQUEST, request: REQUEST, res: REPLY, reply: REPLY, ctx: 'koa.ctx', socket: 'socket',
  },
  entries: {
    ...each('GET POST PUT PATCH DELETE HEAD OPTIONS', [REQUEST, 'route.context'] as const),
    ...each('getServerSideProps getStaticProps getInitialProps loader action load', ['route.context'] as const),
    handle: ['sveltekit.handle'],
    ...each('handler lambdaHandler main', ['entry.first', ''] as const),
    ...each('onRequest onRequestGet onRequestPost', ['route.context'] as const),
  },
  events: { procedure: ['procedure.args'], dom: ['message.event'], entry: ['archive.entry'], connection: ['socket', REQUEST] },
  decorators: each('Body Query Param Headers Cookies RawBody UploadedFile UploadedFiles QueryParam PathParam BodyParam HeaderParam MessageBody QueryParams', 'remote' as const),
};
