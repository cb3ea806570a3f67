/**
 * What Slack takes, in characters and pieces. Where its pages, its types and what others saw disagree, the smallest
 * figure stands here. Slack truncates some of what is longer and refuses the rest with `invalid_blocks`.
 */
export const LIMITS = {
  message: {
    blocks: 50,
    /** Of all `markdown` blocks of one message together. */
    markdown: 12_000,
    /** Longer texts are truncated, with the warning `message_truncated`. */
    fallback: 40_000,
    /** The same when a message is changed: more is refused with `msg_too_long`. */
    updated: 4_000,
    /**
     * Text of all blocks together, or `msg_blocks_too_long`. Undocumented: seen at 13,297 characters of Markdown alone
     * and 125 fewer with a divider beside it (slackapi/bolt-js#2509). Some room is left for what was not measured.
     */
    text: 13_000,
    /** What a further block costs of that, as seen for a divider. */
    perBlock: 125,
  },
  view: {
    blocks: 100,
    title: 24,
    button: 24,
    privateMetadata: 3_000,
    callbackId: 255,
    /** Bytes of the view as JSON, or `view_too_large`; its error says 250 KB. */
    bytes: 240_000,
  },
  header: 150,
  /** Any text object, and so the text of a section. */
  text: 3_000,
  context: { elements: 10 },
  actions: { elements: 25 },
  /** `label` is cut by clients at about 30 characters where space is short. */
  button: { label: 75, value: 2_000 },
  confirm: { title: 100, text: 300, button: 30 },
  actionId: 255,
  /** For `table`, the header counts as a row; for `data_table` it does not. */
  table: { rows: 100, columns: 20, characters: 10_000 },
  /**
   * `data_visualization`. Newer pages speak of twelve series. Each series has exactly one finite value for each
   * category, so a gap cannot be drawn (third-party bindings; the page only shows it).
   */
  chart: { title: 50, series: 6, points: 20, label: 20, axis: 50 },
  input: { label: 2_000, hint: 2_000, text: 3_000 },
  options: { select: 100, groups: 100, radio: 10, label: 75, value: 75 },
} as const
