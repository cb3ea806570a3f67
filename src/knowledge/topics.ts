/** Ways of asking that point to one kind of entry, whatever stage or phase it is about. */
const TOPICS: [RegExp, readonly string[]][] = [
  [
    /\b(?:signs?|signals?|hints?|indicat\w+|reasons?|triggers?|time|point)\b[^.?!]{0,20}\b(?:to|of|for|that|at|we|it)\b[^.?!]{0,40}\b(?:next|move|beyond|leave|grow|split|change|stage|scale|outgrow\w*)\b|\boutgr[eo]w\w*|\bmove on\b|\bgo beyond\b|\bhint at\b|\bscaling triggers?\b/i,
    ['triggers'],
  ],
  [
    /\b(?:too|very) (?:early|soon|late)\b|\bpremature(?:ly)?\b|\b(?:right|good) (?:time|moment)\b/i,
    ['triggers'],
  ],
  [
    /\b(?:architectur\w+|technical(?:ly)?|tech) (?:changes?|shift|evolution|steps?)|\bchanges? (?:in|to) (?:the |our )?architecture\b/i,
    ['architecture_changes', 'architecture'],
  ],
  [/\bcharacteri[sz]\w+|\btraits?\b|\bwhat defines\b/i, ['characteristics']],
  [
    /\b(?:to-?dos?|road ?map|what (?:comes|do we do|is due|happens) (?:now|next|first|in month)|critical path|first \d+ months|month \d+ of)\b/i,
    ['roadmap', 'milestones'],
  ],
  [
    /^(?:so |ok |and )*(?:what(?:'s| is| are| about)?|explain|describe|tell me about|summari[sz]e|overview of|give me an overview of) (?:the )?(?:stage|phase|\w+ (?:stage|phase|team))s?(?: \w+)?\??$/i,
    ['glance', 'phase_summary'],
  ],
]

/** Topics that a question points to by the way it asks. */
export const topicsOf = (question: string): string[] =>
  TOPICS.filter(([pattern]) => pattern.test(question)).flatMap(([, topics]) => topics)
