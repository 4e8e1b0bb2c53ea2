"use strict";
// Asks the node every few seconds whether something waits for a person, shows it on every page, and
// sounds where the person allowed sound: a browser plays none before a click on the page.

const EVERY_MS = 5000;
const SOUND_EVERY_MS = 15000;
const STORED = "comity-sound";

const bell = document.getElementById("bell");
const found = (name) => bell.querySelector(`[data-part="${name}"]`);

let context = null;
let soundedAt = 0;

// Two tones, made here: nothing is fetched.
const sound = () => {
  const gain = context.createGain();
  gain.connect(context.destination);
  [880, 660].forEach((hertz, index) => {
    const tone = context.createOscillator();
    tone.frequency.value = hertz;
    tone.connect(gain);
    tone.start(context.currentTime + index * 0.35);
    tone.stop(context.currentTime + index * 0.35 + 0.3);
  });
  gain.gain.value = 0.4;
  soundedAt = Date.now();
  bell.dataset.sounded = String(Number(bell.dataset.sounded || "0") + 1);
};

// The browser's own notice, where the person allowed it: it names no case and no State.
const notify = () => {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  new Notification(bell.dataset.notice, { tag: "comity-alarm", requireInteraction: true });
};

const showNotices = () => {
  const can = "Notification" in window ? Notification.permission : "denied";
  found("notify").hidden = can !== "default";
  found("notified").hidden = can !== "granted";
};

const audible = () => context !== null && context.state === "running";

const showSound = () => {
  found("allow").hidden = audible();
  found("silent").hidden = audible();
  found("loud").hidden = !audible();
};

const allow = async () => {
  context ??= new AudioContext();
  await context.resume();
  sessionStorage.setItem(STORED, "on");
  showSound();
  if (audible()) sound();
};

let known = null;
const show = (told) => {
  const waits = told.waiting > 0;
  const now = `${told.waiting} ${told.since} ${told.severity}`;
  if (known !== null && now !== known) {
    document.body.dispatchEvent(new CustomEvent("comity:alarm"));
    if (waits && !(told.waiting < Number(known.split(" ")[0]))) notify();
  }
  known = now;
  found("count").textContent = String(told.waiting);
  found("waits").hidden = !waits;
  bell.dataset.severity = told.severity ?? "";
  found("critical").hidden = told.severity !== "critical";
  found("lost").hidden = true;
  found("ended").hidden = true;
  toldEnded = false;
  bell.hidden = !waits && found("always") === null;
  document.title = document.title.replace(/^\(\d+\) /, "");
  if (!waits) return;
  document.title = `(${told.waiting}) ${document.title}`;
  if (audible() && Date.now() - soundedAt >= SOUND_EVERY_MS) sound();
};

// No answer is something to be seen as well.
const lost = () => {
  bell.hidden = false;
  bell.dataset.severity = "critical";
  found("lost").hidden = false;
  if (audible() && Date.now() - soundedAt >= SOUND_EVERY_MS) sound();
};

// A session that is over is said, and heard once: nobody is told of alarms here until they sign in.
let toldEnded = false;
const ended = () => {
  bell.hidden = false;
  bell.dataset.severity = "critical";
  found("ended").hidden = false;
  found("waits").hidden = true;
  found("lost").hidden = true;
  document.title = document.title.replace(/^\(\d+\) /, "");
  if (!toldEnded && audible()) sound();
  toldEnded = true;
};

let failures = 0;
const look = async () => {
  try {
    // Said as htmx says it: a part of a page, whose asking does not keep the session.
    const headers = { "HX-Request": "true" };
    const answer = await fetch(bell.dataset.address, { headers, redirect: "error" });
    const told = answer.ok ? await answer.json() : null;
    await comity.released();
    if (answer.status === 401) ended();
    else if (told === null) throw new Error(String(answer.status));
    else show(told);
    failures = 0;
  } catch {
    failures += 1;
    if (failures >= 2) {
      await comity.released();
      lost();
    }
  }
  setTimeout(look, EVERY_MS);
};

if (bell !== null) {
  found("sound").hidden = false;
  found("allow").addEventListener("click", allow);
  found("notify").addEventListener("click", async () => {
    await Notification.requestPermission();
    showNotices();
  });
  showNotices();
  // Where sound was allowed on the page before, the next click or key anywhere allows it again.
  // It is the click and not its beginning: the bell gets lower then, and what is below it moves.
  if (sessionStorage.getItem(STORED) === "on") {
    const again = () => allow();
    addEventListener("click", again, { once: true });
    addEventListener("keydown", again, { once: true });
  }
  showSound();
  look();
}
