"use strict";
// The officer CA in the browser: its key is made here and kept in a file under a passphrase, or
// read from such a file to sign certificates. Neither file nor passphrase is ever sent: their
// fields have no name. The file is PKCS #8 with PBES2 (RFC 5958, RFC 8018), as openssl reads it.

const ROUNDS = 600000; // PBKDF2 with HMAC-SHA-256
const MOST_ROUNDS = 10000000; // a file that asks for more is no file of ours
const SHORTEST = 16; // characters of a passphrase
const FEWEST = 6; // different characters of a passphrase, without blanks
const MOST_BYTES = 16384;
const HASHES = {
  "2a864886f70d0207": "SHA-1",
  "2a864886f70d0209": "SHA-256",
  "2a864886f70d020b": "SHA-512",
};
const CIPHERS = {
  "608648016503040102": 128,
  "608648016503040116": 192,
  "60864801650304012a": 256,
};
const PBES2 = "2a864886f70d01050d";
const PBKDF2 = "2a864886f70d01050c";
const KINDS = [
  { alg: "ES256", make: { name: "ECDSA", namedCurve: "P-256" }, sign: { name: "ECDSA", hash: "SHA-256" } },
  { alg: "Ed25519", make: { name: "Ed25519" }, sign: { name: "Ed25519" } },
];
const { subtle } = window.crypto;

class Fault extends Error {} // its message names the text of the page that tells it

// ------------------------------------------------------------------ bytes

const utf8 = (text) => new TextEncoder().encode(text);
const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const url64 = (bytes) =>
  base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const unbase64 = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g), (two) => parseInt(two, 16));
const joined = (parts) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));

// ------------------------------------------------------------------ DER, as little as is needed

const der = (tag, ...parts) => {
  const body = joined(parts);
  const size = body.length;
  const head = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return joined([[tag], head, body]);
};

const undone = (bytes) => {
  // The values that stand beside each other in some bytes of DER.
  const found = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at];
    let size = bytes[at + 1];
    at += 2;
    if (size > 0x80) {
      const more = size - 0x80;
      if (more > 2) throw new Fault("file");
      size = 0;
      for (let one = 0; one < more; one += 1) size = size * 256 + bytes[at + one];
      at += more;
    }
    if (size === undefined || at + size > bytes.length) throw new Fault("file");
    found.push({ tag, body: bytes.subarray(at, at + size) });
    at += size;
  }
  return found;
};

const inside = (value, tag) => {
  if (value === undefined || value.tag !== tag) throw new Fault("file");
  return value.body;
};
const list = (value) => undone(inside(value, 0x30));

// ------------------------------------------------------------------ the file

const secretOf = async (passphrase, hash, salt, iterations, bits) => {
  const raw = await subtle.importKey("raw", utf8(passphrase), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash, salt, iterations };
  return subtle.deriveKey(how, raw, { name: "AES-CBC", length: bits }, false, ["encrypt", "decrypt"]);
};

const sealed = async (plain, passphrase) => {
  const salt = window.crypto.getRandomValues(new Uint8Array(16));
  const iv = window.crypto.getRandomValues(new Uint8Array(16));
  const secret = await secretOf(passphrase, "SHA-256", salt, ROUNDS, 256);
  const data = new Uint8Array(await subtle.encrypt({ name: "AES-CBC", iv }, secret, plain));
  const oid = (text) => der(0x06, unhex(text));
  const rounds = der(0x02, [ROUNDS >> 16, (ROUNDS >> 8) & 255, ROUNDS & 255]);
  const hmac = der(0x30, oid("2a864886f70d0209"), der(0x05));
  const derived = der(0x30, oid(PBKDF2), der(0x30, der(0x04, salt), rounds, hmac));
  const cipher = der(0x30, oid("60864801650304012a"), der(0x04, iv));
  const scheme = der(0x30, oid(PBES2), der(0x30, derived, cipher));
  const body = base64(der(0x30, scheme, der(0x04, data))).match(/.{1,64}/g).join("\n");
  return `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${body}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
};

const opened = async (text, passphrase) => {
  const body = text.match(
    /-----BEGIN ENCRYPTED PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END ENCRYPTED PRIVATE KEY-----/,
  );
  if (body === null) throw new Fault("file");
  const [scheme, data] = list(undone(unbase64(body[1].replaceAll(/\s/g, "")))[0]);
  const [kind, how] = list(scheme);
  if (hex(inside(kind, 0x06)) !== PBES2) throw new Fault("file");
  const [derived, cipher] = list(how);
  const [name, settings] = list(derived);
  if (hex(inside(name, 0x06)) !== PBKDF2) throw new Fault("file");
  const [salt, rounds, ...more] = list(settings);
  const iterations = parseInt(hex(inside(rounds, 0x02)), 16);
  const hmac = more.find((one) => one.tag === 0x30);
  const hash = hmac ? HASHES[hex(inside(list(hmac)[0], 0x06))] : "SHA-1"; // RFC 8018's default
  const [cipherName, iv] = list(cipher);
  const bits = CIPHERS[hex(inside(cipherName, 0x06))];
  if (!hash || !bits || !(iterations > 0 && iterations <= MOST_ROUNDS)) throw new Fault("file");
  const secret = await secretOf(passphrase, hash, inside(salt, 0x04), iterations, bits);
  try {
    const way = { name: "AES-CBC", iv: inside(iv, 0x04) };
    return await subtle.decrypt(way, secret, inside(data, 0x04));
  } catch {
    throw new Fault("passphrase");
  }
};

// ------------------------------------------------------------------ the key

const publicOf = async (key) => {
  const { crv, kty, x, y } = await subtle.exportKey("jwk", key);
  return kty === "EC" ? { crv, kty, x, y } : { crv, kty, x };
};
const nameOf = async (jwk) => url64(await subtle.digest("SHA-256", utf8(JSON.stringify(jwk))));

const bare = (text) => {
  // A key without a passphrase: as openssl or `comity officer keygen --ca` writes it.
  if (text.includes("-----BEGIN PRIVATE KEY-----")) return true;
  try {
    return JSON.parse(text)?.use === "officer-ca";
  } catch {
    return false;
  }
};

const authorityOf = async (file, passphrase) => {
  if (file === undefined) throw new Fault("no-file");
  if (file.size > MOST_BYTES) throw new Fault("file");
  const text = await file.text();
  if (bare(text)) throw new Fault("plain");
  const plain = await opened(text, passphrase);
  for (const kind of KINDS) {
    try {
      const key = await subtle.importKey("pkcs8", plain, kind.make, true, ["sign"]);
      const jwk = await publicOf(key);
      return { ...kind, key, jwk, kid: await nameOf(jwk) };
    } catch {
      // of the other kind
    }
  }
  throw new Fault("file");
};

const certified = async (authority, payload, typ) => {
  const head = url64(utf8(JSON.stringify({ alg: authority.alg, kid: authority.kid, typ })));
  const value = await subtle.sign(authority.sign, authority.key, utf8(`${head}.${payload}`));
  return JSON.stringify({ payload, signatures: [{ protected: head, signature: url64(value) }] });
};

// ------------------------------------------------------------------ the pages

const part = (form, name) => form.querySelector(`[data-part="${name}"]`);

const told = (form, fault) => {
  // One message at a time, at the form that it is about; the server's is about an earlier try.
  for (const one of document.querySelectorAll("[data-problem]")) one.remove();
  for (const one of document.querySelectorAll("[data-fault]")) {
    one.hidden = !form.contains(one) || one.dataset.fault !== fault;
  }
  form.querySelector(`[data-fault="${fault}"]`)?.scrollIntoView({ block: "center" });
};

const attempt = async (form, act) => {
  told(form, "");
  const buttons = form.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    await act();
  } catch (fault) {
    told(form, fault instanceof Fault ? fault.message : "browser");
  } finally {
    for (const button of buttons) button.disabled = false;
  }
};

const guessable = (passphrase) =>
  new Set(passphrase.toLowerCase().replaceAll(/\s/g, "")).size < FEWEST;

const ownFile = (form, file) => {
  // A file that is named for another office is used only when the button is pressed once more.
  const named = /^(.+-officer-ca)\b/.exec(file?.name ?? "");
  if (named === null || named[1] === form.dataset.file) return;
  if (form.dataset.warned === file.name) return;
  form.dataset.warned = file.name;
  throw new Fault("party");
};

const make = async (form) => {
  const passphrase = part(form, "new").value;
  if (Array.from(passphrase).length < SHORTEST) throw new Fault("short");
  if (guessable(passphrase)) throw new Fault("weak");
  if (passphrase !== part(form, "again").value) throw new Fault("differ");
  const pair = await subtle.generateKey(KINDS[0].make, true, ["sign", "verify"]);
  const text = await sealed(await subtle.exportKey("pkcs8", pair.privateKey), passphrase);
  form.dataset.kid = await nameOf(await publicOf(pair.publicKey));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/x-pem-file" }));
  const moment = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  link.download = `${form.dataset.file}-${moment}.pem`; // two files can be told apart
  part(form, "name").textContent = link.download;
  link.click();
  part(form, "new").value = "";
  part(form, "again").value = "";
  ask(form);
};

const ask = (form) => {
  // A file that was saved before, by this page or an earlier one, is asked for without its name.
  part(form, "saved").hidden = form.dataset.kid === undefined;
  part(form, "check").hidden = false;
  part(form, "file").focus();
};

const have = (form) => {
  delete form.dataset.kid;
  ask(form);
};

const check = async (form) => {
  ownFile(form, part(form, "file").files[0]);
  const authority = await authorityOf(part(form, "file").files[0], part(form, "passphrase").value);
  if (authority.kid !== (form.dataset.kid ?? authority.kid)) throw new Fault("other");
  form.elements.public.value = JSON.stringify(authority.jwk);
  form.submit();
};

const certify = async (form) => {
  const rows = Array.from(form.querySelectorAll("[data-payload]"));
  const chosen = rows.filter((row) => document.getElementById(row.dataset.tick).checked);
  if (chosen.length === 0) throw new Fault("none");
  const authority = await authorityOf(part(form, "file").files[0], part(form, "passphrase").value);
  if ((form.dataset.unlisted ?? "").split(" ").includes(authority.kid)) throw new Fault("unlisted");
  if (!form.dataset.kids.split(" ").includes(authority.kid)) throw new Fault("other");
  for (const row of rows) row.disabled = !chosen.includes(row);
  for (const row of chosen) {
    row.value = await certified(authority, row.dataset.payload, row.dataset.typ ?? form.dataset.typ);
  }
  form.submit();
};

const isPrivate = (text) => {
  // In PEM, of age, or a JWK, alone or in a file of `comity officer keygen`.
  if (/PRIVATE KEY|AGE-SECRET-KEY/i.test(text)) return true;
  try {
    const value = JSON.parse(text);
    return value?.d !== undefined || value?.jwk?.d !== undefined;
  } catch {
    return false;
  }
};

const show = async (form) => {
  // What is no public half is refused before it is sent; the server refuses it too.
  const file = form.elements.file.files[0];
  if (file === undefined) throw new Fault("no-file");
  if (file.size > MOST_BYTES) throw new Fault("public");
  const text = await file.text();
  if (isPrivate(text)) throw new Fault("private");
  let key;
  try {
    key = JSON.parse(text);
  } catch {
    throw new Fault("public");
  }
  if (!["EC", "OKP"].includes(key?.kty) || typeof key.x !== "string") throw new Fault("public");
  ownFile(form, file);
  form.submit();
};

const bring = async (form) => {
  // The file of a partner, which a page takes in: a private key chosen by mistake is not sent.
  const file = form.elements.file.files[0];
  if (file !== undefined && file.size <= MOST_BYTES && isPrivate(await file.text())) {
    throw new Fault("private");
  }
  form.submit();
};

const ACTS = { make: check, certify, public: show, partner: bring };
const SIGNS = [check, certify]; // what cannot be done without the browser's cryptography

for (const form of document.querySelectorAll("form[data-officer-ca]")) {
  const act = ACTS[form.dataset.officerCa];
  if (SIGNS.includes(act) && subtle === undefined) told(form, "browser");
  if (act === check) {
    part(form, "make").addEventListener("click", () => attempt(form, () => make(form)));
    part(form, "have").addEventListener("click", () => attempt(form, () => have(form)));
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(form, () => act(form));
  });
}
