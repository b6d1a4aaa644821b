// Judges a token a line as npm `jose` documents it: a local JWK Set, issuer, audience, algorithms, required claims.
import { createInterface } from 'node:readline';

const { createLocalJWKSet, jwtVerify } = await import(process.argv[2]);

for await (const line of createInterface({ input: process.stdin })) {
  const { token, jwks, algorithms, issuer, audience, leeway, now } = JSON.parse(line);
  let verdict;
  try {
    await jwtVerify(token, createLocalJWKSet(jwks), {
      algorithms,
      issuer,
      audience,
      clockTolerance: leeway,
      currentDate: new Date(now * 1000),
      requiredClaims: ['exp', 'iss', 'aud', 'sub'],
    });
    verdict = 'accepted';
  } catch {
    verdict = 'refused';
  }
  process.stdout.write(`${verdict}\n`);
}
