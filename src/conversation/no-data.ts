/** Said when a question is for the own figures of an organization that has given none. */
export const NO_DATA =
  'I have no data on your own organization yet, so I cannot give its figures. Name the figure in your question ' +
  '(developers, ARR, month) or run `npx cairn stage --developers N --arr AMOUNT`, and I answer from the knowledge base.'
