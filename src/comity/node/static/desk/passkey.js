"use strict";
// Passkeys, where JavaScript cannot be avoided: make one (create), or sign with one (get).
// The form's data attributes say what to ask for; the answer goes into its hidden fields.

const bytes = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
};

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const fill = (form, values) => {
  for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
};

const create = async (form) => {
  const asked = form.dataset;
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(asked.challenge),
      rp: { id: asked.rpId, name: asked.party },
      user: { id: bytes(asked.handle), name: asked.officer, displayName: asked.officer },
      // Ed25519 and ES256 alone. A browser warns that RS256 (-257) is missing: it is left out by
      // design. The key of a passkey becomes an officer's key, signs records, and is verified by
      // partners and courts, for whom the protocol knows these two algorithms and no RSA.
      pubKeyCredParams: [
        { type: "public-key", alg: -8 },
        { type: "public-key", alg: -7 },
      ],
      authenticatorSelection: { userVerification: "required" },
      attestation: "none",
    },
  });
  fill(form, {
    credential: text(made.rawId),
    client_data: text(made.response.clientDataJSON),
    authenticator_data: text(made.response.getAuthenticatorData()),
    public_key: text(made.response.getPublicKey()),
  });
};

const get = async (form) => {
  const asked = form.dataset;
  const answer = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(asked.challenge),
      rpId: asked.rpId,
      allowCredentials: [{ type: "public-key", id: bytes(asked.credential) }],
      userVerification: "required",
    },
  });
  fill(form, {
    client_data: text(answer.response.clientDataJSON),
    authenticator_data: text(answer.response.authenticatorData),
    signature: text(answer.response.signature),
  });
};

let busy = false; // a second press would spend the challenge, and be refused

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const fault = form.querySelector("[role=alert]");
  if (!window.PublicKeyCredential) {
    fault.hidden = false;
    continue;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    fault.hidden = true;
    for (const one of document.querySelectorAll("[data-problem]")) one.remove(); // of an earlier try
    try {
      await (form.dataset.passkey === "create" ? create(form) : get(form));
      form.submit();
    } catch {
      busy = false;
      fault.hidden = false; // the person cancelled, or the device refused
    }
  });
  // until now a press would have sent the form without an answer of the passkey
  for (const one of form.elements) if (one.type === "submit") one.disabled = false;
}
