// The values of a message's sections, held against the specification's schemas (spec section 7).
//
// Only the words of JSON Schema that those schemas use are known here; another one is an error.

import { demand, Fault } from "./faults.js";
import { isObject } from "./json.js";
import { SCHEMAS } from "./schemas.js";
import { charsOf, parseTime } from "./values.js";

const TIME = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$";
const TYPES = {
  array: Array.isArray,
  boolean: (value) => typeof value === "boolean",
  integer: (value) => typeof value === "number",
  null: (value) => value === null,
  object: isObject,
  string: (value) => typeof value === "string",
};
const RULES = {
  $defs: () => true,
  $ref: (name, value, root) => fits(root.$defs[name.replace("#/$defs/", "")], value, root),
  additionalProperties: (_, value, root, schema) => known(value, schema),
  anyOf: (choices, value, root) => choices.some((choice) => fits(choice, value, root)),
  const: (due, value) => value === due,
  enum: (choices, value) => choices.includes(value),
  items: (schema, value, root) => value.every((item) => fits(schema, item, root)),
  maxItems: (most, value) => value.length <= most,
  maxLength: (most, value) => charsOf(value) <= most,
  maximum: (most, value) => value <= most,
  minItems: (least, value) => value.length >= least,
  minLength: (least, value) => charsOf(value) >= least,
  minimum: (least, value) => value >= least,
  pattern: (text, value) => matches(text, value),
  properties: (parts, value, root) => members(parts, value, root),
  required: (names, value) => names.every((name) => name in value),
  type: () => true, // looked at first
  "x-ascending": (name, value) => ascend(value.map((row) => row[name])),
};

function fits(schema, value, root) {
  if (schema.type !== undefined && !TYPES[schema.type](value)) return false;
  return Object.entries(schema).every(([word, rule]) => RULES[word](rule, value, root, schema));
}

function known(value, schema) {
  if (schema.additionalProperties) return true;
  return Object.keys(value).every((name) => Object.hasOwn(schema.properties, name));
}

function members(parts, value, root) {
  const there = Object.entries(parts).filter(([name]) => name in value);
  return there.every(([name, part]) => fits(part, value[name], root));
}

function ascend(numbers) {
  return numbers.every((number, place) => place === 0 || numbers[place - 1] < number);
}

function matches(text, value) {
  if (!new RegExp(text, "u").test(value)) return false;
  if (text !== TIME) return true;
  try {
    parseTime(value); // a day that exists, which no pattern says
    return true;
  } catch (fault) {
    if (fault instanceof Fault) return false;
    throw fault;
  }
}

/** Check the value of a section whose name the type lists. */
export function checkBody(name, value) {
  const schema = SCHEMAS[name];
  demand(fits(schema, value, schema), "body-malformed", `section ${name} breaks its schema`);
}
