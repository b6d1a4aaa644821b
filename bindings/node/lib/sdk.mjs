import verifier from './sdk-verifier.js';

// The SDK v1 recognises its errors by their class, and has one of each for every module format.
const installed = await import('@modelcontextprotocol/sdk/server/auth/errors.js').catch(() => undefined);

/** As in sdk-verifier.js, with the SDK's errors as ESM finds them. */
export function tokenVerifier(mcpAuth, mode, options, sdkErrors = installed) {
  return verifier.tokenVerifier(mcpAuth, mode, options, sdkErrors);
}
