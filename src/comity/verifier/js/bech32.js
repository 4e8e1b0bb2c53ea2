// The text of age keys (BIP 173, without its limit of 90 characters; C2SP age).

const ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const CHECKSUM = 6; // letters

/** Tell whether a text in lower case of such letters is whole bytes with their checksum. */
export function hasChecksum(text) {
  const at = text.lastIndexOf("1");
  const prefix = [...text.slice(0, at)].map((letter) => letter.charCodeAt(0));
  const values = [...text.slice(at + 1)].map((letter) => ALPHABET.indexOf(letter));
  const expanded = [...prefix.map((code) => code >> 5), 0, ...prefix.map((code) => code & 31)];
  const left = (5 * (values.length - CHECKSUM)) % 8; // bits that fill up the last letter, all zero
  const filling = values.at(-CHECKSUM - 1) & ((1 << left) - 1);
  return polymod([...expanded, ...values]) === 1 && filling === 0;
}

function polymod(values) {
  let check = 1;
  for (const value of values) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    GENERATOR.forEach((term, bit) => {
      if ((top >>> bit) & 1) check ^= term;
    });
  }
  return check;
}
