// Other people's validator of JSON Schema in JavaScript (Debian's node-ajv): its regular expressions
// are those of ECMA-262. Each line in is {"schema", "documents"}; each line out its verdicts, or the
// reason why the schema is none.
"use strict";
const Ajv = require("ajv/dist/2020");
const lines = require("fs").readFileSync(0, "utf8").split("\n").filter(Boolean);
for (const line of lines) {
  const { schema, documents } = JSON.parse(line);
  const judge = new Ajv({ strict: true });
  judge.addVocabulary(["x-ascending"]);
  let answer;
  try {
    const fits = judge.compile(schema);
    answer = documents.map((document) => fits(document));
  } catch (fault) {
    answer = fault.message;
  }
  console.log(JSON.stringify(answer));
}
