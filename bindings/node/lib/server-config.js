'use strict';

const { download } = require('./download.js');
const { authServerErrorDescription, MCPAuthAuthServerError, MCPAuthConfigError } = require('./errors.js');
const { fromWire } = require('./names.js');
const { Discovery } = require('../native.js');
const { refusal } = require('./refusal.js');

/** Finds and fetches the metadata of an authorization server. */
async function fetchServerConfig(issuer, options) {
  return serverConfig(() => new Discovery(String(issuer), String(options?.type)), options);
}

/** The same for a metadata document at a URL of its own. */
async function fetchServerConfigByWellKnownUrl(wellKnownUrl, options) {
  return serverConfig(() => Discovery.at(String(wellKnownUrl)), options);
}

async function serverConfig(start, { type, transpileData, fetch, signal } = {}) {
  const fetched = JSON.parse(await discover(start, fetch, signal));
  const metadata = transpileData ? await transpileData(fetched) : fetched;
  if (typeof metadata !== 'object' || metadata === null) {
    throw new MCPAuthAuthServerError('invalid_server_metadata', {
      error_description: '`transpileData` did not return an object.',
    });
  }
  return { type, metadata: fromWire(metadata) };
}

async function discover(start, fetch, signal) {
  const discovery = started(start);
  for (let request = discovery.ask(); request !== null; request = discovery.ask()) {
    try {
      const { status, headers, body } = await download(request, fetch, signal);
      discovery.supply(status, headers, body);
    } catch {
      discovery.supplyFailure();
    }
  }
  if (discovery.document === null) {
    const [code, text] = discovery.error;
    const documented = discovery.documentedError;
    throw documented in authServerErrorDescription
      ? new MCPAuthAuthServerError(documented, { code, error_description: text })
      : new MCPAuthConfigError(documented, text, { code });
  }
  return discovery.document;
}

function started(start) {
  try {
    return start();
  } catch (error) {
    const cause = refusal(error);
    if (cause === undefined) throw error;
    if (cause.problems.some(({ pointer }) => pointer === '/type')) throw new TypeError(cause.error_description);
    throw new MCPAuthConfigError('fetch_server_config_error', cause.error_description, cause);
  }
}

module.exports = { fetchServerConfig, fetchServerConfigByWellKnownUrl };
