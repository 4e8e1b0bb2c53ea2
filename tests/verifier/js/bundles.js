// Judges bundles that are given as values, by the page's own modules.

import { unpadded, utf8 } from "../../../src/comity/verifier/js/bytes.js";
import { parseTrust } from "../../../src/comity/verifier/js/trust.js";
import { verify } from "../../../src/comity/verifier/js/verify.js";

const raw = (given) => (typeof given === "string" ? utf8(given) : unpadded(given.base64));

/** Report on {path: text or {base64}}, with a trust file's text or null. */
export async function judge(given, trust) {
  const files = new Map(Object.entries(given).map(([path, data]) => [path, new Blob([raw(data)])]));
  return verify({ files, strange: [] }, trust === null ? null : parseTrust(utf8(trust)));
}

globalThis.comity = { judge };
