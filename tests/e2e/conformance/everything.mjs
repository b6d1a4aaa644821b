// A server with everything that the official conformance suite asks a server for; TypeScript SDK 1.x on Express, streamable
// HTTP with sessions and resumable streams. With an ISSUER it is guarded by mcp-auth, without one it is open.
//
//   node everything.mjs [ISSUER]
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { MCPAuth } from 'mcp-auth';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { localhostHostValidation } from '@modelcontextprotocol/sdk/server/middleware/hostHeaderValidation.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import * as types from '@modelcontextprotocol/sdk/types.js';

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='; // one red pixel
const wav = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAAAAA=='; // one sample
const text = (text) => ({ type: 'text', text });
const image = { type: 'image', data: png, mimeType: 'image/png' };
const embedded = (uri, mimeType, text) => ({ type: 'resource', resource: { uri, mimeType, text } });

// ---- tools: what they are called with, and what they do with it; the context is that of the SDK -----------------------------

const nothing = { type: 'object', properties: {} };
const string = (name, description) => ({ type: 'object', properties: { [name]: { type: 'string', description } }, required: [name] });

async function elicit(context, said, message, properties, required) {
  const params = { message, requestedSchema: { type: 'object', properties, required } };
  const { action, content } = await context.sendRequest({ method: 'elicitation/create', params }, types.ElicitResultSchema);
  return [text(`${said}: action=${action}, content=${JSON.stringify(content ?? {})}`)];
}

const choices = (...names) => names.map(([value, title]) => ({ const: value, title }));

const tools = {
  test_simple_text: [nothing, () => [text('This is a simple text response for testing.')]],
  test_image_content: [nothing, () => [image]],
  test_audio_content: [nothing, () => [{ type: 'audio', data: wav, mimeType: 'audio/wav' }]],
  test_embedded_resource: [nothing, () => [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')]],
  test_multiple_content_types: [nothing, () => [
    text('Multiple content types test:'), image, embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
  ]],
  test_tool_with_logging: [nothing, async (_, context) => {
    for (const [index, data] of ['Tool execution started', 'Tool processing data', 'Tool execution completed'].entries()) {
      if (index > 0) await sleep(50);
      await context.sendNotification({ method: 'notifications/message', params: { level: 'info', data } });
    }
    return [text('logged')];
  }],
  test_tool_with_progress: [nothing, async (_, { sendNotification, _meta }) => {
    const progressToken = _meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progress > 0) await sleep(50);
      if (progressToken !== undefined) await sendNotification({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
    }
    return [text('done')];
  }],
  test_error_handling: [nothing, () => { throw new Error('This tool intentionally returns an error for testing'); }],
  test_sampling: [string('prompt', 'what the model is asked'), async ({ prompt }, context) => {
    const params = { messages: [{ role: 'user', content: text(prompt) }], maxTokens: 100 };
    const { content } = await context.sendRequest({ method: 'sampling/createMessage', params }, types.CreateMessageResultSchema);
    return [text(`LLM response: ${content.text}`)];
  }],
  test_elicitation: [string('message', 'what the user is shown'), ({ message }, context) => elicit(context, 'User response', message, {
    username: { type: 'string', description: "User's response" }, email: { type: 'string', description: "User's email address" },
  }, ['username', 'email'])],
  test_elicitation_sep1034_defaults: [nothing, (_, context) => elicit(context, 'Elicitation completed', 'Defaults', {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  })],
  test_elicitation_sep1330_enums: [nothing, (_, context) => elicit(context, 'Elicitation completed', 'Choices', {
    untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
    titledSingle: { type: 'string', oneOf: choices(['value1', 'First Option'], ['value2', 'Second Option'], ['value3', 'Third Option']) },
    legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['Option One', 'Option Two', 'Option Three'] },
    untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
    titledMulti: { type: 'array', items: { anyOf: choices(['value1', 'First Choice'], ['value2', 'Second Choice'], ['value3', 'Third Choice']) } },
  })],
  json_schema_2020_12_tool: [{
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    $defs: { address: { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } } },
    properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
    additionalProperties: false,
  }, () => [text('understood')]],
  test_reconnection: [nothing, async (_, context) => {
    context.closeSSEStream?.(); // the client comes back for the result
    await sleep(100);
    return [text('delivered after the reconnection')];
  }],
};

// ---- resources and prompts -------------------------------------------------------------------------------------------------

const resources = {
  'test://static-text': { mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
  'test://static-binary': { mimeType: 'image/png', blob: png },
  'test://watched-resource': { mimeType: 'text/plain', text: 'watch me' },
};

function read(uri) {
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  if (id) return { mimeType: 'application/json', text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) };
  if (!resources[uri]) throw new Error(`there is no ${uri}`);
  return resources[uri];
}

const prompts = { // name -> arguments, and the contents of the messages
  test_simple_prompt: [[], () => [text('This is a simple prompt for testing.')]],
  test_prompt_with_arguments: [['arg1', 'arg2'], ({ arg1, arg2 }) => [text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)]],
  test_prompt_with_embedded_resource: [['resourceUri'], ({ resourceUri }) => [
    embedded(resourceUri, 'text/plain', 'Embedded resource content for testing.'), text('Please process the embedded resource above.'),
  ]],
  test_prompt_with_image: [[], () => [image, text('Please analyze the image above.')]],
};

// ---- the server ------------------------------------------------------------------------------------------------------------

function everything() {
  const capabilities = { tools: {}, resources: { subscribe: true }, prompts: {}, logging: {}, completions: {} };
  const server = new Server({ name: 'everything', version: '1.0.0' }, { capabilities });
  const handle = (schema, handler) => server.setRequestHandler(schema, ({ params }, context) => handler(params, context));
  const named = (table, more) => Object.entries(table).map(([name, [first]]) => ({ name, description: name, ...more(first) }));
  handle(types.ListToolsRequestSchema, () => ({ tools: named(tools, (inputSchema) => ({ inputSchema })) }));
  handle(types.CallToolRequestSchema, async ({ name, arguments: args = {} }, context) => {
    try {
      return { content: await tools[name][1](args, context) };
    } catch (error) {
      return { isError: true, content: [text(error.message)] };
    }
  });
  handle(types.ListResourcesRequestSchema, () => ({
    resources: Object.entries(resources).map(([uri, { mimeType }]) => ({ uri, name: uri, description: uri, mimeType })),
  }));
  handle(types.ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: [{ uriTemplate: 'test://template/{id}/data', name: 'template' }] }));
  handle(types.ReadResourceRequestSchema, ({ uri }) => ({ contents: [{ uri, ...read(uri) }] }));
  handle(types.SubscribeRequestSchema, () => ({}));
  handle(types.UnsubscribeRequestSchema, () => ({}));
  handle(types.ListPromptsRequestSchema, () => ({
    prompts: named(prompts, (names) => ({ arguments: names.map((name) => ({ name, description: name, required: true })) })),
  }));
  handle(types.GetPromptRequestSchema, ({ name, arguments: args }) => ({
    messages: prompts[name][1](args).map((content) => ({ role: 'user', content })),
  }));
  handle(types.CompleteRequestSchema, () => ({ completion: { values: ['paris', 'park', 'party'], total: 150, hasMore: false } }));
  return server;
}

/** Keeps the events of all streams of a session, in order. */
class EventStore {
  events = [];
  async storeEvent(streamId, message) {
    this.events.push({ streamId, message });
    return String(this.events.length - 1);
  }
  async replayEventsAfter(lastEventId, { send }) {
    const { streamId } = this.events[Number(lastEventId)];
    for (const [id, event] of this.events.entries()) {
      if (id > Number(lastEventId) && event.streamId === streamId && 'jsonrpc' in event.message) await send(String(id), event.message);
    }
    return streamId;
  }
}

const [, , issuer] = process.argv;
const app = express().use(localhostHostValidation());
const sessions = new Map(); // session id -> transport
const listener = app.listen(0, '127.0.0.1', () => {
  const endpoint = `http://127.0.0.1:${listener.address().port}/mcp`;
  if (issuer) {
    const mcpAuth = new MCPAuth({ protectedResources: { metadata: { resource: endpoint, authorizationServers: [{ issuer, type: 'oidc' }], scopesSupported: ['read:notes'] } } });
    const operations = { 'tools/call': { test_simple_text: ['read:notes'] } }; // so that bodies are read
    app.use(mcpAuth.protectedResourceMetadataRouter()).use('/mcp', mcpAuth.bearerAuth('jwt', { resource: endpoint, operations }));
  }
  app.all('/mcp', express.json(), async (req, res) => {
    let transport = sessions.get(req.headers['mcp-session-id']);
    if (!transport) {
      transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID, onsessioninitialized: (id) => sessions.set(id, transport), eventStore: new EventStore(), retryInterval: 500,
      });
      transport.onclose = () => sessions.delete(transport.sessionId);
      await everything().connect(transport);
    }
    await transport.handleRequest(req, res, req.body);
  });
  console.log(JSON.stringify({ endpoint }));
});
