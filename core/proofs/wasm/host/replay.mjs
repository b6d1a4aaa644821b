import { Guard } from "./guard.mjs";

const BAD_SIGNATURE = 118;

/** Decides every case in the module, and each admitted token again with its signature changed. Says how it went. */
export function replay(module, cases) {
  if (WebAssembly.Module.imports(module).length !== 0) throw new Error("the module imports something");
  let tampered = 0;
  for (const { name, configuration, gate, authorization, now, expected } of cases) {
    const guard = new Guard(module, configuration, gate);
    const expect = (token, number) => {
      const seen = guard.check(token, now);
      if (seen !== number) throw new Error(`${name}: ${number} was expected, ${seen} came`);
    };
    expect(authorization, expected);
    if (expected === 0) {
      expect(withOtherSignature(authorization), BAD_SIGNATURE);
      tampered += 1;
    }
  }
  if (tampered < 50 || cases.length < 300) throw new Error(`only ${cases.length} cases, ${tampered} of them admitted`);
  return `${cases.length} decisions as expected, ${tampered} tampered tokens refused`;
}

/** Changes the lowest bit of the first character but one: a first one may not leave an RSA signature below its modulus. */
function withOtherSignature(token) {
  const at = token.lastIndexOf(".") + 2;
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return token.slice(0, at) + alphabet[alphabet.indexOf(token[at]) ^ 1] + token.slice(at + 1);
}
