// Draws claims that are given as values, as the page draws those of a report.

import { drawClaims } from "../../../src/comity/verifier/js/claims.js";
import { Speech } from "../../../src/comity/verifier/js/speech.js";

/** Draw claims into the document. */
function draw(lang, claims) {
  document.body.replaceChildren(...drawClaims(new Speech(lang), claims));
}

globalThis.comity = { draw };
