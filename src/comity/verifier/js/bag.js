// BagIt tag files: what manifests say, and the one text each may have (RFC 8493).

import { byCodePoint, equal, fromUtf8, utf8 } from "./bytes.js";
import { demand } from "./faults.js";

export const DECLARATION = "bagit.txt";
export const INFO = "bag-info.txt";
export const MANIFEST = "manifest-sha256.txt";
export const TAG_MANIFEST = "tagmanifest-sha512.txt";
export const DECLARED = utf8("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
export const PAYLOAD_LIST = { digits: 64, payload: true };
const LINE = /^([0-9A-Fa-f]+)[ \t]+([^\n]+)$/;
const ESCAPES = { "%": "%25", "\r": "%0D", "\n": "%0A" };

/** Path -> lower-case hex digest of a manifest that lists payload, or tag files. */
export function parseManifest(bytes, { digits, payload }) {
  const text = fromUtf8(bytes);
  demand(text !== null, "package-layout", "a manifest that is not UTF-8");
  const found = new Map();
  for (const row of text.replace(/\r\n?/g, "\n").split("\n")) {
    if (row === "") continue;
    const match = LINE.exec(row);
    const formed = match !== null && match[1].length === digits;
    demand(formed, "package-layout", "a malformed line");
    const path = match[2].replace(/%(0[AaDd]|25)/g, (escape) => decodeURIComponent(escape));
    demand(isInside(path, payload), "package-name", "a name that may not stand in this manifest");
    demand(!found.has(path), "package-duplicate", "a file is listed twice");
    found.set(path, match[1].toLowerCase());
  }
  return found;
}

/** Tell whether a path stays inside a bag, in the kind of manifest it belongs to. */
function isInside(path, payload) {
  const parts = path.split("/");
  const plain = !parts.some((part) => part === "" || part === "." || part === "..");
  const here = !/[\0\\]/.test(path) && !/^(~|[A-Za-z]:)/.test(path);
  return plain && here && (parts[0] === "data") === payload && (!payload || parts.length > 1);
}

/** Text of a manifest for path -> hex digest, in the order given or of the paths. */
export function manifestText(digests, paths = [...digests.keys()].sort(byCodePoint)) {
  const rows = paths.map((path) => {
    const escaped = path.replace(/[%\r\n]/g, (letter) => ESCAPES[letter]);
    return `${digests.get(path)}  ${escaped}\n`;
  });
  return utf8(rows.join(""));
}

const FIXED = ["Payload-Oxum", "Bagging-Date", "Source-Organization"];
const ROW = /^([A-Za-z][A-Za-z0-9-]{0,63}): ([^\r\n]{1,1000})$/u;

/** Tell whether a tag file says what it must; line order and other facts of a bag are free. */
export function tagFits(path, bytes, due) {
  if (path === DECLARATION) return equal(bytes, due);
  if (path !== INFO) {
    const [one, other] = [bytes, due].map((data) => latin(data).split("\n").sort().join("\n"));
    return one === other;
  }
  const [told, wanted] = [bytes, due].map(fixedRows);
  return told !== null && told.join("\n") === wanted.join("\n");
}

/** Rows of a bag-info file that are fixed, sorted; null if it is none. */
function fixedRows(bytes) {
  const text = fromUtf8(bytes);
  if (text === null) return null;
  const rows = text.replace(/\n$/, "").split("\n");
  const matches = rows.map((row) => ROW.exec(row));
  if (matches.includes(null)) return null;
  return rows.filter((_, i) => FIXED.includes(matches[i][1])).sort();
}

/** Bytes as letters, one each. */
function latin(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return text;
}

export function infoText({ day, size, files, source }) {
  return utf8(
    `Payload-Oxum: ${size}.${files}\nBagging-Date: ${day}\n` +
      `Bag-Software-Agent: Comity\nSource-Organization: ${source}\n`,
  );
}
