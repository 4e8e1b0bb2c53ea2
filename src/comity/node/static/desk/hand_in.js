"use strict";
// Hands a sealed file in, part by part (tus 1.0.0), and goes on where the node says it stands.
// The sentences stand in the form's data attributes, in the reader's language.

const PART_BYTES = 8 * 1024 * 1024;
const END_BYTES = 1024 * 1024;
const PAUSE_MS = 2000;
const TUS = { "Tus-Resumable": "1.0.0" };

const form = document.getElementById("hand-in");
const part = (name) => document.querySelector(`[data-part="${name}"]`);
const say = (name) => form.dataset[`say${name}`];
const token = () => form.elements.csrfmiddlewaretoken.value;
const whole = new Intl.NumberFormat(document.documentElement.lang || "en");
const fill = (sentence, values) =>
  Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), sentence);
const mebibytes = (bytes) => (bytes / 1024 / 1024).toFixed(1);

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

// What the node refuses, as opposed to a line that broke.
class Refused extends Error {}
// The session ended; what has arrived stays.
class SignedOut extends Error {}

let paused = null; // ends the request under way

const ask = async (method, address, headers = {}, body = undefined) => {
  const answer = await fetch(address, {
    method,
    body,
    headers: { ...TUS, "X-CSRFToken": token(), ...headers },
    signal: paused ? paused.signal : undefined,
  });
  const again = answer.status === 409 || answer.status === 423 || answer.status === 503;
  if (answer.status === 401) throw new SignedOut();
  if (!answer.ok && !again) {
    const problem = await answer.json().catch(() => ({ code: answer.status, detail: "" }));
    if (problem.code === "csrf") throw new SignedOut();
    throw new Refused(`${problem.detail} [${problem.code}]`);
  }
  if (!answer.ok) throw new TypeError("not yet");
  return answer;
};

// A fresh token of the page: it changes when somebody signs in again in another window.
const renew = async () => {
  const answer = await fetch(location.href, { redirect: "manual" });
  if (!answer.ok) throw new SignedOut();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  form.elements.csrfmiddlewaretoken.value = page.querySelector(
    "#hand-in [name=csrfmiddlewaretoken]",
  ).value;
};

const clock = (seconds) => {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const two = (number) => String(number).padStart(2, "0");
  return `${hours}:${two(minutes)}:${two(Math.floor(seconds % 60))}`;
};

let begun = null; // {at, bytes}: from where the rate is measured
let spoken = 0; // tenths that a screen reader was told

const show = (done, size) => {
  part("progress").hidden = false;
  form.querySelector("progress").value = size ? done / size : 0;
  part("amount").textContent =
    `${mebibytes(done)} / ${mebibytes(size)} MiB (${whole.format(done)} / ${whole.format(size)} B)`;
  begun ??= { at: performance.now(), bytes: done };
  const rate = (done - begun.bytes) / ((performance.now() - begun.at) / 1000);
  if (done > begun.bytes && rate > 0) {
    const values = { rate: mebibytes(rate), left: clock((size - done) / rate) };
    part("rate").textContent = fill(say("Rate"), values);
  }
  const tenths = size ? Math.floor((10 * done) / size) : 0;
  if (tenths > spoken) {
    spoken = tenths;
    part("spoken").textContent = fill(say("Percent"), { n: whole.format(tenths * 10) });
  }
};

// What the same file has again: its name, its size, and the digest of both its ends.
const fingerprint = async (file) => {
  if (!globalThis.crypto || !crypto.subtle) return "";
  const ends = [file.slice(0, END_BYTES), file.slice(Math.max(0, file.size - END_BYTES))];
  const told = new TextEncoder().encode(JSON.stringify([file.name, file.size]));
  const bytes = await new Blob([told, ...ends]).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (one) => one.toString(16).padStart(2, "0")).join("");
};

const fault = (sentence) => {
  part("fault").textContent = sentence;
  part("fault").hidden = !sentence;
};

const status = (sentence) => {
  part("status").textContent = sentence;
};

const unfinished = async () => (await (await ask("GET", form.dataset.uploads)).json()).uploads;

const readOffer = async (file) => {
  const offer = JSON.parse(await file.text());
  if (typeof offer.root !== "string") throw new SyntaxError("no offer");
  return offer;
};

// Return the address of the upload: one that stands there, or a new one.
const begin = async (offer, file) => {
  const mark = await fingerprint(file);
  const mine = (row) =>
    row.root === offer.root && row.conversation === form.dataset.conversation;
  const standing = (await unfinished()).find(mine);
  if (standing && standing.fingerprint && mark && standing.fingerprint !== mark) {
    throw new Refused(fill(say("Another"), { name: standing.name }));
  }
  if (standing) return `${form.dataset.uploads}/${standing.id}`;
  const acquired = form.elements.acquired.value;
  const told = [`offer ${base64(JSON.stringify(offer))}`];
  if (acquired) told.push(`acquired ${base64(acquired)}`);
  told.push(`filename ${base64(file.name)}`);
  if (mark) told.push(`fingerprint ${base64(mark)}`);
  const made = await ask("POST", form.dataset.begin, {
    "Upload-Length": String(file.size),
    "Upload-Metadata": told.join(","),
  });
  return made.headers.get("Location");
};

const stands = async (address) =>
  Number((await ask("HEAD", address)).headers.get("Upload-Offset"));

// Send parts until the node has everything; a broken line is tried again until somebody pauses.
const bring = async (address, file) => {
  let here = null;
  for (;;) {
    try {
      if (here === null) here = await stands(address);
      show(here, file.size);
      const body = file.slice(here, here + PART_BYTES);
      status(here + body.size === file.size ? say("Checking") : say("Moving"));
      const headers = {
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": String(here),
      };
      const answer = await ask("PATCH", address, headers, body);
      here = Number(answer.headers.get("Upload-Offset"));
      if (here === file.size) return;
    } catch (broken) {
      if (broken instanceof Refused || broken instanceof SignedOut) throw broken;
      if (broken.name === "AbortError") throw broken;
      status(say("Broken"));
      here = null;
      await new Promise((go) => setTimeout(go, PAUSE_MS));
      if (paused.signal.aborted) throw new DOMException("", "AbortError");
    }
  }
};

const moving = (yes) => {
  form.querySelector("[type=submit]").disabled = yes;
  part("pause").hidden = !yes;
};

const handIn = async () => {
  const [file, beside] = [form.elements.package.files[0], form.elements.offer.files[0]];
  if (!file || !beside) return fault(say("Missing"));
  let offer;
  try {
    offer = await readOffer(beside);
  } catch {
    return fault(say("NoOffer"));
  }
  if (offer.sealed_size_bytes !== file.size) return fault(say("Other"));
  fault("");
  part("sign-in").hidden = true;
  paused = new AbortController();
  moving(true);
  [begun, spoken] = [null, 0];
  try {
    await renew();
    const address = await begin(offer, file);
    part("give-up").hidden = false;
    part("give-up").dataset.address = address;
    await bring(address, file);
    show(file.size, file.size);
    status(say("Done"));
    location.assign(form.dataset.done);
  } catch (ended) {
    if (ended.name === "AbortError") {
      status(say("Paused"));
      form.querySelector("[type=submit]").textContent = say("GoOn");
    } else if (ended instanceof SignedOut) {
      status("");
      fault(say("SignedOut"));
      part("sign-in").hidden = false;
    } else {
      status("");
      fault(`${say("Refused")} ${ended.message}`);
    }
  } finally {
    moving(false);
  }
};

const giveUp = async () => {
  if (paused) paused.abort();
  paused = null;
  await ask("DELETE", part("give-up").dataset.address).catch(() => undefined);
  part("give-up").hidden = true;
  part("progress").hidden = true;
  status(say("GivenUp"));
};

const listUnfinished = async () => {
  const rows = (await unfinished()).filter(
    (row) => row.conversation === form.dataset.conversation,
  );
  part("unfinished").hidden = !rows.length;
  for (const row of rows) {
    const line = document.createElement("li");
    const amount = document.createElement("bdi");
    amount.dir = "ltr";
    amount.textContent = `${row.name || row.root.slice(7, 23) + "…"}  ${mebibytes(row.here_bytes)} / ${mebibytes(row.size_bytes)} MiB`;
    line.append(amount);
    part("list").append(line);
  }
};

form.noValidate = true; // this script says what is missing, where a screen reader hears it
form.addEventListener("submit", (event) => {
  event.preventDefault();
  handIn();
});
part("pause").firstElementChild.addEventListener("click", () => paused && paused.abort());
part("give-up").firstElementChild.addEventListener("click", giveUp);
listUnfinished().catch(() => undefined);
