// Judging away from the page, so that it stays alive: in a Worker made of this very script, or,
// where a browser allows none for a file from disk, on the page itself in small pieces.

import { Fault } from "./faults.js";
import { parseTrust } from "./trust.js";
import { verify } from "./verify.js";

const TELL_MS = 100;

/** Judge {files, sizes}; resolves to {report} or {fault: code}. `trust` is bytes or null. */
async function judge({ files, sizes }, trust, progress) {
  try {
    const trusted = trust === null ? null : parseTrust(trust);
    return { report: await verify({ files, sizes, strange: [] }, trusted, progress) };
  } catch (fault) {
    if (fault instanceof Fault) return { fault: fault.code };
    if (fault instanceof DOMException) return { fault: "unreadable" };
    if (fault instanceof Stopped) throw fault;
    return { fault: "unforeseen" }; // of this page, or of a bundle made to break it
  }
}

function throttled(tell) {
  let told = 0;
  return (path, done, total) => {
    const now = performance.now();
    if (now - told < TELL_MS) return false;
    told = now;
    tell({ path, done, total });
    return true;
  };
}

/** What runs in the Worker: one bundle, then the end. */
export function serve(scope) {
  scope.onmessage = async ({ data: { chosen, trust } }) => {
    const progress = throttled((step) => scope.postMessage({ progress: step }));
    scope.postMessage({ done: await judge(chosen, trust, progress) });
  };
}

/** Start judging: {result: promise, stop()}; `tell` gets {path, done, total}. */
export function start(source, chosen, trust, tell) {
  const worker = makeWorker(source);
  return worker === null ? startHere(chosen, trust, tell) : startThere(worker, chosen, trust, tell);
}

function makeWorker(source) {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return new Worker(url);
  } catch {
    return null; // some browsers allow no Worker from a file
  } finally {
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}

function startThere(worker, chosen, trust, tell) {
  let stop = () => {};
  const result = new Promise((done) => {
    stop = () => {
      worker.terminate();
      done(null);
    };
    worker.onmessage = ({ data }) => {
      if (data.progress !== undefined) tell(data.progress);
      else {
        worker.terminate();
        done(data.done);
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      const here = startHere(chosen, trust, tell);
      stop = here.stop;
      here.result.then(done);
    };
    worker.postMessage({ chosen, trust });
  });
  return { result, stop: () => stop() };
}

class Stopped extends Error {}

function startHere(chosen, trust, tell) {
  let stopped = false;
  const telling = throttled(tell);
  const progress = async (path, done, total) => {
    if (stopped) throw new Stopped();
    if (telling(path, done, total)) await new Promise((next) => setTimeout(next));
  };
  const result = judge(chosen, trust, progress).catch((fault) => {
    if (fault instanceof Stopped) return null;
    throw fault;
  });
  return { result, stop: () => (stopped = true) };
}
