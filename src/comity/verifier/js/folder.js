// A bundle's files as a browser gives them: from a chosen folder, or one that was dropped.

const MAX_DEPTH = 64;

/** {name, files: path -> File} of what a folder input holds. */
export function fromInput(list) {
  const files = new Map();
  let name = "";
  for (const file of list) {
    const [top, ...rest] = file.webkitRelativePath.split("/");
    name = top;
    files.set(rest.join("/"), file);
  }
  return { name, files };
}

/** The same of the one folder that was dropped, or null. */
export async function fromDrop(items) {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length !== 1 || !entries[0].isDirectory) return null;
  const files = new Map();
  await walk(entries[0], "", 0, files);
  return { name: entries[0].name, files };
}

async function walk(folder, prefix, depth, files) {
  if (depth > MAX_DEPTH) throw new RangeError("folders too deep");
  const reader = folder.createReader();
  for (;;) {
    const batch = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (batch.length === 0) return;
    for (const entry of batch) {
      const path = prefix + entry.name;
      if (entry.isDirectory) await walk(entry, `${path}/`, depth + 1, files);
      else files.set(path, await new Promise((done, failed) => entry.file(done, failed)));
    }
  }
}
