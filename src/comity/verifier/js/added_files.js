// Foreign files that a computer may have added by itself, when somebody opened or copied a folder.

import { ADDED } from "./added.js";

function mayBeAdded(path) {
  const folders = path.toLowerCase().split("/");
  const name = folders.pop();
  if (folders.some((folder) => ADDED.folders.includes(folder))) return true;
  return ADDED.files.includes(name) || ADDED.begin.some((begin) => name.startsWith(begin));
}

/** {names: those of a report, only: whether nothing else failed}. */
export function addedFiles({ steps }) {
  const found = steps.flatMap(({ findings }) => findings);
  const names = found
    .filter(({ code, path }) => code === "bundle-file-foreign" && mayBeAdded(path))
    .map(({ path }) => path);
  return { names: [...new Set(names)], only: names.length === found.length };
}
