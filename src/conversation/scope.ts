/**
 * What the advisor declines. The charter leaves five kinds of work to others: running operations, building the
 * product, handling customers and sales, deciding on money, and carrying out legal and regulatory work. Advice and
 * planning about any of them is in scope; doing them is not. Persons are never ranked.
 */
export type OutOfScope = 'legal' | 'finance' | 'product' | 'sales' | 'operations' | 'people'

/** Asking someone to act: an imperative at the start of a clause, or a polite form of one. */
const POLITE =
  "(?:(?:hey|hi|hello|ok|okay|cairn|please|pls|plz|kindly|now|just|then|and|also|quick(?:ly)?|urgent|asap)[,:!]? +)*(?:(?:can|could|would|will) (?:you|u|cairn) (?:please |pls |just |also |quickly |go ahead and )*|(?:i|we)(?:'d| would)? (?:need|want|like) (?:you|u) to (?:please |just )?|go ahead and |help (?:me|us) (?:to )?|let'?s |you (?:should|must|have to|need to) |do me a favou?r and |be so kind (?:as )?to |time to )?(?:please |pls |just )*"

/** Each domain: verbs of doing, and what they are done to. A request is out of scope when one follows the other. */
const WORK: { domain: OutOfScope; verbs: string; objects: string }[] = [
  {
    domain: 'legal',
    verbs:
      'draft|write|prepare|review|redline|file|sign|register|publish|submit|negotiate|check|complete|fill(?: in| out)?|create|make|get|certify|trademark|patent|sue|incorporate|respond|answer|notify|appeal|interpret|amend|update|put together|generate|produce|handle|set up|serve',
    objects:
      'contract|nda\\b|agreement|\\bdpa\\b|privacy (?:policy|notice)|terms (?:of|and)|\\bt&cs?\\b|legal|lawsuit|lawyer|litigation|patent|trademark|copyright|licen[sc]e agreement|eula|\\bico\\b|regulator|gdpr|ccpa|hipaa|dora regulation|soc ?2|iso ?27001|compliance (?:filing|report|certificat|audit|form|document)|audit evidence|subpoena|court|incorporation|shareholder|visa|work permit|employment (?:contract|law)|offer letter|termination letter|severance|policy document|cookie|data (?:protection|processing)|breach notification|liabil|indemn|bylaws|cap table filing|tax return|export licen[sc]e|filings?',
  },
  {
    domain: 'finance',
    verbs:
      'approve|sign off(?: on)?|authori[sz]e|greenlight|green-light|ok|release|pay|wire|transfer|invest|buy|sell|purchase|grant|allocate|raise|lower|cut|set|decide|accept|pick|choose|commit|book|reimburse|refund|issue|move|put|send|increase|double|file|run|confirm|okay|give|award|spend|close',
    objects:
      'budgets?|spend(?:ing)?|expenses?|invoices?|payroll|salar(?:y|ies)|bonus(?:es)?|stock options?|options? grant|equity|shares|the grant|term sheet|valuation offer|loan|credit line|payments?|\\$ ?\\d|€ ?\\d|\\b\\d+ ?k\\b|funds?|money|cash|bank|treasury|stocks?|crypto|bitcoin|purchase order|\\bpo\\b|raise for|pay rise|capex|opex|dividends?|round\\b|investment|series [a-c]',
  },
  {
    domain: 'product',
    verbs:
      'write|code|implement|build|develop|program|fix|debug|repair|refactor|design|mock ?up|create|make|add|ship|merge|review|test|generate|draw|prototype|port|rewrite|optimi[sz]e|patch|integrate|train|finetune|fine-tune|set up|produce|migrate|convert|draft|code up|wireframe',
    objects:
      'code\\b|codebase|function|script|component|class\\b|endpoint|feature\\b|bug|ui\\b|ux\\b|mock-?ups?|wireframes?|figma|prototype|landing page|website|web ?site|front-?end|back-?end|pull request|\\bpr\\b|unit tests?|test suite|test cases|sql|query|schema|database migration|mobile app|the app\\b|an app\\b|api (?:endpoint|client|for)|rest api|api key|login|checkout|button|dark mode|screen|(?:failing|broken|red) build|build in|page\\b|dashboard|logo|icon|chatbot|widget|plugin|sdk|algorithm|model\\b|regex|python|typescript|javascript|react|terraform|dockerfile|helm chart|product spec|user stor(?:y|ies)|\\bprd\\b|specification|backlog items?|release notes|onboarding flow|video|lesson|curriculum|course|microservice|parser',
  },
  {
    domain: 'sales',
    verbs:
      'write|send|email|e-mail|call|phone|contact|message|reach out to|reply to|respond to|answer|close|sell|pitch|negotiate|follow up(?: with)?|book|schedule|upsell|cross-sell|onboard|renew|chase|convince|offer|give|discount|handle|qualify|prospect|find|get|update|log|create|draft|prepare|apologi[sz]e to|calm|win back|run|invite|compose|deal with|take over|demo|talk to|speak to|refund|import|quote|convert',
    objects:
      'cold (?:e-?mails?|calls?|outreach)|e-?mail sequence|outreach|prospects?|leads?\\b(?! time)|deals?\\b|demo\\b|customers?|clients?|accounts?|crm|salesforce|hubspot|pipedrive|sales (?:call|pitch|deck|script|proposal|email)|proposals?|quote\\b|renewals?|discount|support tickets?|tickets? from|complaint|churned|buyers?|partners? contract|testimonial|newsletter|linkedin|ctos\\b|cfos\\b|\\brfp\\b|opportunit|invoice the|contract renewal|refund|user feedback reply',
  },
  {
    domain: 'operations',
    verbs:
      'restart|reboot|deploy|roll ?back|scale (?:up|down|out)|provision|spin up|shut ?down|kill|run|execute|move|reassign|assign|transfer|add|remove|delete|create|open|close|update|merge|migrate|configure|set(?: up)?|install|rotate|revoke|reset|schedule|cancel|book|post|send|fire|lay off|terminate|hire|promote|demote|onboard|offboard|invite|rename|archive|turn (?:on|off)|enable|disable|increase|page|ping|order|buy|switch|fail ?over|backup|back up|restore|drop|change|grant|give|push|start|stop|trigger|upgrade|downgrade|resize|approve|monitor|patch|block|unblock|ban|mute|interview|submit|organi[sz]e|handle|print',
    objects:
      'production|\\bprod\\b|cluster|servers?|instances?|pods?|nodes?|database|\\bdb\\b|kubernetes|\\bk8s\\b|aws|gcp|azure|cloud account|pipeline|\\bci\\b|build\\b|release\\b|deployment|hotfix|firewall|\\bdns\\b|certificates?|backups?|jira|linear|asana|trello|github|gitlab|slack|teams channel|channel|calendar|meetings?|invites?|standup|stand-up|workspace|permissions?|access|accounts?|passwords?|secrets?|api keys?|tokens?|tenant|tickets?|issues?\\b|sprint\\b|on-?call|incident|pager|alerts?|laptops?|office|desk|travel|flights?|hotel|everyone|everybody|employees?|engineers? (?:from|to)|\\w+ (?:from|to) (?:squad|team|tribe)|candidates?|interviews?|job (?:ad|post)|contractors?|vendor|the growth digest|branch|repo(?:sitory)?|load balancer|cache|queue|cron|logs?\\b|feature flag|staff|workers?|the team\\b|squad [a-z]\\b',
  },
]

/**
 * Verbs that are doing whatever their object is, and who does it. Only before a determiner, a pronoun, a figure or
 * a name, so that "release cadence" and "move from stage 2" stay questions.
 */
const DOING: [OutOfScope, string][] = [
  ['legal', 'file|notari[sz]e|trademark|sue|incorporate|redline|countersign'],
  [
    'finance',
    'approve|authori[sz]e|green-?light|pay|wire|reimburse|refund|invest|grant|sign off(?: on)?|accept',
  ],
  [
    'sales',
    '(?:cold[- ])?(?:e-?mail|call|phone)|upsell|cross-?sell|reach out to|message|contact|reply to|pitch|apologi[sz]e to|negotiate',
  ],
  ['product', 'debug|refactor|code|code up|mock up|prototype|wireframe'],
  [
    'operations',
    'restart|reboot|deploy|roll ?back|provision|reassign|assign|chair|move|transfer|book|cancel|post|send|fire|lay off|terminate|delete|archive|rename|revoke|rotate|install|configure|merge|migrate|upload|notify|ping|page|kick off|shut down|spin up|publish|submit|register|tell (?=him|her|them|everyone|everybody)|remind (?=him|her|them|everyone)',
  ],
]
const SOMETHING =
  '(?:the|our|my|your|their|his|her|a|an|this|that|these|those|all|both|each|every\\w*|it|them|him|us|me|another|two|three|four|five|\\$? ?\\d|\\p{Lu}\\p{L}+)\\b'

/** What the imperative makes in scope: plans, and words about scaling. */
const PLANNING =
  /\b(?:roadmaps?|road maps?|strateg(?:y|ies)|scaling plan|hiring plan|transition plan|growth plan|expansion plan|capacity plan|resource plan|milestone plan|rollout plan|plan for|plan to|a plan|checklist|framework|overview|summary|comparison|outline|recommendations?|advice|org(?:ani[sz]ation(?:al)?)? (?:structure|chart|design)|team structure|readiness|maturity|stage|phase|kpi|what (?:the|our|a) )/i

/** Decisions and opinions of other trades, however they are asked. */
const DIRECT: { domain: OutOfScope; pattern: RegExp }[] = [
  {
    domain: 'people',
    pattern:
      /(?:^|[,.;!] ?|\b(?:you|to|please|and|then) )(?:rank|rate|score|grade|stack[- ]?rank|order|compare) (?:the |our |my |all |each |every |these |those |individual |of )*(?:\w+ ){0,2}(?:developers?|devs|engineers?|employees?|people|persons?|individuals?|team ?members?|staff|programmers?|colleagues|reports)\b(?![^.?!]{0,20}\b(?:per|stage|cost|satisfaction|count)\b)|\bwho(?:'s| is| are) (?:the |our |my )*(?:best|worst|least productive|most productive|weakest|strongest|slowest|laziest|top|bottom|low|under)[- ]?\w* ?(?:developers?|devs?|engineers?|performers?|employees?|coders?|programmers?|people|contributors?)|\bwho should (?:we|i) (?:fire|let go|lay off|promote|sack)\b|\bwho (?:commits|codes|works) the (?:most|least)\b/i,
  },
  {
    domain: 'legal',
    pattern:
      /\b(?:is (?:it|this|that) legal|legally (?:binding|allowed|ok|okay|required|valid|enforceable)|can (?:we|they|he|she|i) (?:be )?sued?|sue (?:us|them)|legal (?:advice|opinion)|are we liable|infring\w+|breach of contract|does (?:this|our|the) (?:contract|clause|policy|agreement)|enforceable|give me legal)\b/i,
  },
  {
    domain: 'finance',
    pattern:
      /\b(?:should (?:we|i) (?:invest|accept (?:the|this|that|their) (?:term sheet|offer|valuation|round|money|investment)|take (?:the|this|that) (?:loan|term sheet|money|offer)|put (?:our|the|my) (?:money|cash|savings))|(?:pick|choose|accept|take|sign|reject|select)\b[^!?]{0,60}\bterm ?sheets?|term ?sheets?\b[^!?]{0,60}\b(?:pick|choose|accept|take|sign|reject|select)|which (?:stocks?|funds?|etfs?|shares)|(?:buy|sell) (?:shares|stock|bitcoin|crypto)|(?:do you|can you|will you|would you) (?:approve|authori[sz]e|sign off)|is (?:this|the|our|my) (?:budget|purchase|spend|expense|investment) approved|needs? your (?:approval|sign-?off|ok)|approve (?:it|this|that)\b|\bsign[- ]?off\b[^.?!]{0,40}\b(?:budget|spend|invoice|purchase|plan|headcount)|tax (?:advice|return|evasion))\b/i,
  },
]

const clauses = (text: string): string[] =>
  text
    .split(/[.!?;\n]+\s*|,\s+(?=(?:then|and|please|pls)\b)|\s+(?:and then|then|and)\s+(?=\w)|\s[-–—]\s|:\s+/)
    .map((clause) => clause.trim())
    .filter(Boolean)

const QUESTION_START =
  /^(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|does|do|did|should|shall|must|may|has|have|had|any|at what|in which|by when|on which|under which|if|with|for|between|during)\b/i
const ADVISORY =
  /^(?:tell|explain|show|list|compare|summari[sz]e|describe|suggest|recommend|advise|outline|walk|remind|give (?:me|us) (?:an?|the|some|your)? ?(?:overview|summary|list|idea|advice|recommendation|rundown|comparison|breakdown)|name|teach|help (?:me|us) (?:understand|plan|think|prioriti[sz]e|decide|prepare for)|plan|assess|estimate|prioriti[sz]e|identify|analy[sz]e|map)\b/i

/**
 * Which excluded kind of work a message asks for; undefined when it is in scope. Works on requests to act, not on
 * questions about the same subject: "when does SOC2 come up?" is in scope, "file our SOC2 report" is not.
 */
export const outOfScope = (message: string): OutOfScope | undefined => {
  const text = message.replace(/[’`]/g, "'").replace(/\s+/g, ' ').trim()
  const direct = DIRECT.find(({ pattern }) => pattern.test(text))
  if (direct) return direct.domain
  const polite = new RegExp(`^${POLITE}`, 'i')
  for (const clause of clauses(text)) {
    const bare = clause.replace(polite, '')
    const asked = bare === clause && QUESTION_START.test(clause)
    if (
      asked ||
      ADVISORY.test(bare) ||
      (PLANNING.test(bare) && !/\b(?:approve|sign off|sign-off|publish|file)\b/i.test(bare))
    )
      continue
    for (const [domain, verbs] of DOING)
      if (
        new RegExp(`^(?:${verbs}) `, 'i').test(bare) &&
        new RegExp(` ${SOMETHING}`, 'u').test(bare.slice(0, 40))
      ) {
        const named = WORK.find(({ objects }) => new RegExp(`(?:${objects})`, 'i').test(bare))
        return domain === 'operations' ? (named?.domain ?? domain) : domain
      }
    for (const { domain, verbs, objects } of WORK) {
      const verb = new RegExp(`^(?:${verbs})\\b`, 'i')
      const object = new RegExp(`(?:${objects})`, 'i')
      if (
        verb.test(bare) &&
        object.test(
          `${bare.replace(verb, '')} ${text.slice(text.indexOf(clause) + clause.length)}`.slice(0, 120),
        )
      )
        return domain
    }
  }
  return undefined
}
