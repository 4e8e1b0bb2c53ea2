"use strict";
// Passkeys that let a person in: made (create) or used (get). The form says where its options are;
// the answer goes into its hidden field, as JSON with binary members in base64url.

const decoded = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
};

const encoded = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const keys = (list) => (list ?? []).map((one) => ({ ...one, id: decoded(one.id) }));

const optionsOf = async (form) => {
  const place = form.dataset.options;
  if (place) return JSON.parse(document.getElementById(place).textContent);
  const answer = await fetch(form.dataset.optionsAt, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("no challenge");
  return answer.json();
};

const made = async (options) => {
  const publicKey = {
    ...options,
    challenge: decoded(options.challenge),
    user: { ...options.user, id: decoded(options.user.id) },
    excludeCredentials: keys(options.excludeCredentials),
  };
  const credential = await navigator.credentials.create({ publicKey });
  return {
    id: credential.id,
    rawId: encoded(credential.rawId),
    type: credential.type,
    response: {
      clientDataJSON: encoded(credential.response.clientDataJSON),
      attestationObject: encoded(credential.response.attestationObject),
    },
    clientExtensionResults: credential.getClientExtensionResults(),
  };
};

const used = async (options) => {
  const publicKey = {
    ...options,
    challenge: decoded(options.challenge),
    allowCredentials: keys(options.allowCredentials),
  };
  const credential = await navigator.credentials.get({ publicKey });
  const handle = credential.response.userHandle;
  return {
    id: credential.id,
    rawId: encoded(credential.rawId),
    type: credential.type,
    response: {
      clientDataJSON: encoded(credential.response.clientDataJSON),
      authenticatorData: encoded(credential.response.authenticatorData),
      signature: encoded(credential.response.signature),
      userHandle: handle ? encoded(handle) : null,
    },
    clientExtensionResults: {},
  };
};

for (const form of document.querySelectorAll("form[data-sign-in]")) {
  const fault = form.querySelector("[role=alert][hidden], [data-fault]") ?? form.querySelector("[role=alert]");
  if (!window.PublicKeyCredential) {
    fault.hidden = false;
    continue;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.hidden = true;
    try {
      const options = await optionsOf(form);
      const answer = await (form.dataset.signIn === "create" ? made(options) : used(options));
      form.elements.credential.value = JSON.stringify(answer);
      form.submit();
    } catch {
      fault.hidden = false; // cancelled, refused by the device, or the line is down
    }
  });
}
