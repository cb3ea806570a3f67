const UNSUPPORTED = new Set(
  `minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength maxItems uniqueItems minProperties
  maxProperties`.split(/\s+/),
)

/** What keeps a schema from constraining the model's output: `strict` tools and output formats take a part of JSON Schema. */
export const schemaViolation = (schema: unknown): string | undefined => {
  if (typeof schema !== 'object' || schema === null) return undefined
  const { type, additionalProperties, minItems, properties, $defs, ...keywords } = schema as Record<
    string,
    unknown
  >
  const keyword = Object.keys(keywords).find((one) => UNSUPPORTED.has(one))
  if (keyword) return `For '${type}' type, property '${keyword}' is not supported`
  if (typeof minItems === 'number' && minItems > 1)
    return `For 'array' type, 'minItems' values other than 0 or 1 are not supported`
  if (type === 'object' && additionalProperties !== false)
    return `For 'object' type, 'additionalProperties' must be explicitly set to false`
  const { items, anyOf, allOf } = keywords
  const inner = [properties, $defs].flatMap((one) => Object.values(one ?? {})).concat(items, anyOf, allOf)
  return inner
    .flat()
    .map(schemaViolation)
    .find((violation) => violation !== undefined)
}
