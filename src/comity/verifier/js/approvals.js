// Approvals: an officer's signature that is bound to one very message (spec section 9).

import { b64, concat, equal, unb64, utf8 } from "./bytes.js";
import { signaturePair } from "./der.js";
import { demand, Fault } from "./faults.js";
import { decode, decodeForeign, encode, isObject, listOf, members } from "./json.js";
import { jwsOfValue, recordOf, verifyJws } from "./jws.js";
import { parseKey } from "./keys.js";
import { checkBody } from "./schema.js";
import { sha256 } from "./sha256.js";
import {
  charsOf, digest, digestBytes, parseId, parseMode, parseParty, parseTime, PROTOCOL,
} from "./values.js";

const NODE_USES = ["message", "receipt", "log", "transport", "export", "officer-ca", "credential"];
const BY_KEY = { approval: "object", certificate: "object", kind: "string" };
const BY_PASSKEY = {
  authenticator_data: "string",
  certificate: "object",
  client_data: "string",
  kind: "string",
  signature: "string",
  statement: "string",
};
const [PRESENT, VERIFIED] = [0x01, 0x04];
export const COUNTERSIGNED = "request.countersigned";
export const COUNTERSIGNATURE = "countersignature";

function parseCertificate(payload) {
  const fields = members(decode(payload, 8 * 1024), {
    id: "string",
    key: "object",
    mode: "string",
    not_after: "string",
    not_before: "string",
    officer: "string",
    party: "string",
    protocol: "string",
    roles: "array",
    webauthn: "object|null",
  });
  const officer = charsOf(fields.officer);
  const ours = fields.protocol === PROTOCOL && officer >= 1 && officer <= 64;
  demand(ours, "certificate-unfit", "another protocol, or an officer without identifier");
  const roles = listOf(fields.roles, parseRole, 2);
  const distinct = roles.length > 0 && new Set(roles).size === roles.length;
  demand(distinct, "certificate-unfit", "no role, or one twice");
  parseId(fields.id);
  const certificate = {
    party: parseParty(fields.party),
    mode: parseMode(fields.mode),
    officer: fields.officer,
    roles,
    key: parseKey(fields.key),
    from: parseTime(fields.not_before),
    until: parseTime(fields.not_after),
    place: null,
  };
  if (fields.webauthn !== null) {
    certificate.place = members(fields.webauthn, { origin: "string", rp_id: "string" });
  }
  return certificate;
}

function parseRole(value) {
  const known = value === "author" || value === "approver";
  demand(known, "certificate-unfit", "unknown role");
  return value;
}

/** Certificate that a party's officer-ca signed; `registry.key(party, kid, use)` may throw. */
function readCertificate(jws, registry, party) {
  const certificate = parseCertificate(jws.payload);
  const own = certificate.party === party && certificate.mode === registry.mode;
  demand(own, "certificate-unfit", "a certificate of another party or mode");
  verifyJws(jws, (kid) => registry.key(party, kid, "officer-ca"), "certificate", registry.mode);
  const node = NODE_USES.some((use) => holds(() => registry.key(party, certificate.key.kid, use)));
  demand(!node, "certificate-unfit", "an officer's key may be no key of the node");
  return certificate;
}

function holds(run) {
  try {
    run();
    return true;
  } catch (fault) {
    if (fault instanceof Fault) return false;
    throw fault;
  }
}

/** Record digest of the certificate in an approval, or null if there is none to read. */
export function certificateIn(approval) {
  let record = null;
  holds(() => {
    record = recordOf(certificateOf(approval));
  });
  return record;
}

/** Officer, party and roles that the certificate in an approval names; null if none can be read. */
export function officerIn(approval) {
  let found = null;
  holds(() => {
    found = parseCertificate(certificateOf(approval).payload);
  });
  return found;
}

function certificateOf(approval) {
  return jwsOfValue(isObject(approval) ? approval.certificate : null);
}

/** What an officer signs for a message (spec section 9), but role, time and certificate. */
function statementFor(message, mode) {
  const { fields } = message;
  return {
    about: fields.about,
    body: digest("body", encode(fields.body)),
    conversation: fields.conversation,
    decided_on: digest("seen", encode(fields.seen)),
    edition: fields.edition,
    from: fields.from,
    id: fields.id,
    instrument: fields.instrument,
    members: fields.members,
    mode,
    protocol: PROTOCOL,
    purpose: "approve-message",
    type: fields.type,
  };
}

/** Approval of a message, good and bound to it: {officer, role, kid}. */
export function readApproval(value, message, registry, sentAt = message.sentAt) {
  const kind = isObject(value) ? value.kind : null;
  const fields = members(value, kind === "jws" ? BY_KEY : BY_PASSKEY);
  const envelope = jwsOfValue(fields.certificate);
  const certificate = readCertificate(envelope, registry, message.author);
  const signed = signedStatement(fields, certificate, registry.mode);
  const claim = decode(signed, 16 * 1024);
  const role = isObject(claim) ? claim.role : null;
  demand(typeof role === "string", "approval-detached", "not an approval statement");
  const expires = parseTime(claim.expires_at);
  const due = {
    ...statementFor(message, registry.mode),
    certificate: recordOf(envelope),
    expires_at: claim.expires_at,
    role,
  };
  demand(equal(encode(due), signed), "approval-detached", "given for something else");
  demand(certificate.roles.includes(role), "certificate-unfit", "not a role of this officer");
  const inTime = sentAt <= expires && sentAt >= certificate.from && sentAt <= certificate.until;
  demand(inTime, "approval-expired", "it did not hold when the message was sent");
  return { officer: certificate.officer, role, kid: certificate.key.kid };
}

function signedStatement(fields, certificate, mode) {
  if (fields.kind === "jws") {
    demand(certificate.place === null, "certificate-unfit", "a passkey signs by passkey only");
    const signed = jwsOfValue(fields.approval);
    const { key } = certificate;
    verifyJws(signed, (kid) => (kid === key.kid ? key : undefined), "approval", mode);
    return signed.payload;
  }
  const passkey = fields.kind === "webauthn" && certificate.place !== null;
  demand(passkey, "certificate-unfit", "the certificate is of no passkey");
  const statement = unb64(fields.statement);
  const names = ["authenticator_data", "client_data", "signature"];
  const [authenticator, client, signature] = names.map((name) => unb64(fields[name]));
  const challenge = b64(digestBytes("approval", statement));
  checkAssertion({ authenticator, client, signature, challenge }, certificate);
  return statement;
}

/** Check a passkey's assertion (WebAuthn Level 2 section 7.2 steps 11 to 20). */
function checkAssertion({ authenticator, client, signature, challenge }, { key, place }) {
  const told = clientData(client);
  const rules = [
    [told.type === "webauthn.get", "not an assertion"],
    [told.challenge === challenge, "another challenge"],
    [told.origin === place.origin, "another origin"],
    [(told.crossOrigin ?? false) === false && told.crossOrigin !== null, "inside another page"],
    [authenticator.length >= 37, "authenticator data too short"],
    [equal(authenticator.subarray(0, 32), sha256(utf8(place.rp_id))), "another RP ID"],
    [authenticator[32] & PRESENT && authenticator[32] & VERIFIED, "the person was not verified"],
  ];
  for (const [holds, rule] of rules) demand(holds, "webauthn-invalid", rule);
  const data = concat(authenticator, sha256(client));
  const good = key.alg === "Ed25519" ? key.holds(signature, data) : pairHolds(key, signature, data);
  demand(good, "webauthn-invalid", "the signature does not fit");
}

/** The client's JSON is a browser's, not the protocol's: any number will do, no member twice. */
function clientData(bytes) {
  try {
    const value = decodeForeign(bytes, 4096);
    if (isObject(value)) return value;
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
  }
  throw new Fault("webauthn-invalid", "client data is not an object");
}

function pairHolds(key, signature, data) {
  let pair = null;
  if (!holds(() => (pair = signaturePair(signature)))) return false;
  return key.holdsPair(...pair, data);
}

/** The least approvals of a type under a party's policy: never less than the floor (section 9). */
function stricter(floor, policy) {
  if (policy === null) return floor;
  const late = policy.late_hours === null ? null : floor.late_hours;
  return {
    author: Math.max(floor.author, policy.author),
    approver: Math.max(floor.approver, policy.approver),
    late_hours: late === null ? null : Math.min(late, policy.late_hours),
  };
}

/** Check that a message has the approvals it needs: {count, due}, `due` hours for a second one. */
export function checkApprovals(message, registry, lateAllowed) {
  const found = message.approvals.map((value) => readApproval(value, message, registry));
  const officers = new Set(found.map((one) => one.officer));
  const kids = new Set(found.map((one) => one.kid));
  const distinct = officers.size === found.length && kids.size === found.length;
  demand(distinct, "approval-same-officer", "one officer approves twice");
  const need = stricter(message.move.floor, registry.policy(message.author, message.type));
  const have = (role) => found.filter((one) => one.role === role).length;
  const count = found.length;
  const authors = have("author") >= need.author;
  if (authors && have("approver") >= need.approver) return { count, due: null };
  const late = lateAllowed && need.late_hours !== null && authors;
  demand(late, "approvals-missing", `${need.author} and ${need.approver} approvals are due`);
  return { count, due: need.late_hours };
}

/** Tell whether a request may go with one signature: preservation and emergencies (section 9). */
export function lateAllowed(request) {
  const { measure, urgency } = request ?? {};
  return measure === "preservation" || measure === "emergency" || urgency === "emergency";
}

/** Check the second signature that a later message brings for an earlier one. */
export function readCountersignature(value, earlier, later, registry) {
  const rules = [
    [later.type === COUNTERSIGNED, "not a countersignature"],
    [later.about === earlier.content, "it names another message"],
    [later.author === earlier.author, "only the author countersigns"],
    [later.conversation === earlier.conversation, "a message of another conversation"],
    [earlier.move.floor.late_hours !== null, "the message waits for no second signature"],
  ];
  for (const [holds, rule] of rules) demand(holds, "countersignature-unfit", rule);
  checkBody(COUNTERSIGNATURE, value);
  const approval = readApproval(value.approval, earlier, registry, later.sentAt);
  demand(approval.role === "approver", "countersignature-unfit", "an approver's is due");
  for (const { certificate } of earlier.approvals) {
    const before = parseCertificate(jwsOfValue(certificate).payload);
    const same = before.key.kid === approval.kid || before.officer === approval.officer;
    demand(!same, "approval-same-officer", "the officer approved the message before");
  }
}
