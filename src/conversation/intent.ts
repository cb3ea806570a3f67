import { cleanText } from './clean-text.ts'

/** Attempts to steer the advisor itself. They are cut out; what else the message asks is still answered. */
const STEERING = [
  /\b(?:ignore|disregard|forget|override|bypass|skip|drop)\b[^.?!\n]{0,40}\b(?:instructions?|rules?|prompts?|guidelines?|policies|policy|restrictions?|context|training|above|said|told)\b[^.?!\n]*/gi,
  /\b(?:from now on|henceforth)\b[^.?!\n]*/gi,
  /\b(?:you are|you're|act as|pretend (?:to be|you)|roleplay as|behave as|become)\b[^.?!\n]{0,30}\b(?:dan\b|jailbr|unrestricted|a different|another (?:ai|bot|assistant)|evil|developer mode|no longer|root|admin|god)\b[^.?!\n]*/gi,
  /\b(?:print|reveal|show|repeat|output|display|leak|dump|tell me|give me|share|what(?:'s| is| are))\b[^.?!\n]{0,40}\b(?:system prompt|prompt template|your (?:system |initial |hidden |secret )?(?:prompt|instructions)|hidden (?:prompt|instructions)|placeholders?|api[- ]?keys?|tokens?|secrets?|environment variables?|env vars?|password|credentials|\.env)\b[^.?!\n]*/gi,
  /\b(?:answer|reply|respond|say|output|print|write|start|end|begin|finish)\b(?: [\w-]+){0,4}? (?:(?:with|by saying|exactly|only|the (?:word|phrase|text|string)) )*(?:"[^"]*"|'[^']{3,}')[^.?!\n]*/gi,
  /\b(?:answer|reply|respond) (?:to )?(?:every|all|each|any|only|exactly|always|solely|nothing)\b[^.?!\n]*/gi,
  /\bsay [A-Z][A-Z0-9_-]{3,}\b[^.?!\n]*/g,
  /\b(?:developer|debug|admin|god|maintenance|sudo) mode\b[^.?!\n]*/gi,
  /\bfor debugging\b[^.?!\n]*/gi,
  /^\s*(?:system|assistant|developer|tool)\s*:[^\n]*/gim,
  /\b(?:set|use|switch to|change|with) (?:the )?tenant(?:[_ -]?id)?\b[^.?!\n]*/gi,
  /<[^>\n]*>/g,
  /\{\{[^}]*\}\}/g,
  /https?:\/\/\S+/gi,
]

const SMALL_TALK =
  /^(?:(?:hi|hello|hey|hiya|yo|howdy|good (?:morning|afternoon|evening|day)|ok(?:ay)?|how are you(?: doing)?(?: today)?|what'?s up|sup|test(?:ing)?|ping|help|hello there|there|cairn|everyone|all|lol|haha|who are you|what can you do|what do you do)[\s,.!?👋🙏]*)+$/iu
const THANKS =
  /^(?:(?:ok(?:ay)?|cool|great|nice|awesome|perfect|many|thanks?(?: you)?(?: very much| so much| a lot)?|thx|ty|cheers|bye|goodbye|see you|that helps|helpful|cairn)[\s,.!👋🙏👍]*)+$/iu
/** Things that people ask any chat bot and that have nothing to do with scaling a company. */
const OFF_TOPIC =
  /\b(?:weather|jokes?|poem|song|lyrics|recipe|cook|pasta|football|soccer|world cup|movie|netflix|capital of|president of|horoscope|zodiac|meaning of life|favou?rite (?:colou?r|food|movie)|translate|lottery|who won|what time is it|riddle|sing|bedtime story|dating|girlfriend|boyfriend|holiday destination)\b/i

/** Messages that need no looking up. */
export type SideIntent = 'empty' | 'small-talk' | 'thanks' | 'off-topic' | 'steering'
/** Whether a text, of a message or of a document, tries to steer who reads it. */
export const isSteering = (text: string): boolean => STEERING.some((pattern) => text.search(pattern) >= 0)

export type Intent = { kind: 'question'; text: string } | { kind: SideIntent }

/** Sorts out what needs no looking up, and takes attempts at steering out of what does. */
export const readIntent = (raw: string): Intent => {
  const text = cleanText(raw)
  if (!/[\p{L}\p{N}]/u.test(text)) return { kind: 'empty' }
  if (THANKS.test(text)) return { kind: 'thanks' }
  if (SMALL_TALK.test(text)) return { kind: 'small-talk' }
  const rest = STEERING.reduce((left, pattern) => left.replace(pattern, ' '), text)
  const steered = rest !== text
  if (steered && (rest.match(/\p{L}{2,}/gu)?.length ?? 0) < 3) return { kind: 'steering' }
  if (OFF_TOPIC.test(rest)) return { kind: 'off-topic' }
  return {
    kind: 'question',
    text: rest
      .replace(/\s+/g, ' ')
      .replace(/ ([,.?!])/g, '$1')
      .trim(),
  }
}
