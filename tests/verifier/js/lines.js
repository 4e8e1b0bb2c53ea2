// Judges bundles under node: a line of JSON in, [files, trust], and a line of JSON out, the report.

import { judge } from "./bundles.js";

const { createInterface } = require("node:readline");

async function answer(line) {
  try {
    return await judge(...JSON.parse(line));
  } catch (fault) {
    return { crash: String(fault?.stack ?? fault) };
  }
}

async function serve() {
  for await (const line of createInterface({ input: process.stdin })) {
    const told = JSON.stringify(await answer(line), (_, value) => {
      return typeof value === "bigint" ? value.toString() : value;
    });
    process.stdout.write(`${told}\n`);
  }
}

serve();
