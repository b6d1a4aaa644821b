'use strict';

/** The well-known paths of the metadata of authorization servers (RFC 8414; OpenID Connect Discovery). */
const serverMetadataPaths = Object.freeze({
  oauth: '/.well-known/oauth-authorization-server',
  oidc: '/.well-known/openid-configuration',
});

/** What members mean that are left out (RFC 8414 section 2). */
const defaultValues = Object.freeze({
  grantTypesSupported: Object.freeze(['authorization_code', 'implicit']),
  responseModesSupported: Object.freeze(['query', 'fragment']),
});

/** The issuer identifier of an authorization server, however it is configured. */
function getIssuer(config) {
  return config.metadata === undefined ? config.issuer : config.metadata.issuer;
}

module.exports = { serverMetadataPaths, defaultValues, getIssuer };
