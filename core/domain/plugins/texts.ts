/**
 * Texts of a manifest are read by people and by language models, which cannot tell a description from an order. What a tool
 * is told about must therefore be plain to see, and may describe only. The attacks are those of "tool poisoning"
 * (Invariant Labs, 2025; OWASP MCP03): hidden characters, letters that look like others, markup, orders to a model.
 */
interface Rule {
  readonly says: string;
  readonly pattern: Pick<RegExp, 'test'>;
}

/** Controls, formats (zero width, directions, tags), private and unassigned ones, separators, fillers, selectors. */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

const latin = /\p{Script=Latin}/u;
const alike = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;
/** Word by word, so that it takes no longer than the text is long. */
const mixed = {
  test: (text: string) =>
    (text.match(/[\p{L}\p{M}]+/gu) ?? []).some((word) => latin.test(word) && alike.test(word)),
};

/** About the characters; these hold for names of members too. */
const characters: readonly Rule[] = [
  { says: 'holds a character that nobody sees', pattern: unseen },
  { says: 'holds blanks that are not plain ones', pattern: /(?! )\p{Zs}| {4}/u },
  { says: 'piles up marks on a letter', pattern: /\p{M}{3}/u },
  { says: 'mixes alphabets within a word', pattern: mixed },
  {
    says: 'holds letters in disguise (wide, mathematical, enclosed)',
    pattern: /[\uff21-\uff3a\uff41-\uff5a\u24b6-\u24e9\u{1d400}-\u{1d7cb}\u{1f130}-\u{1f189}]/u,
  },
];

/** About what is said. They are looked for in a folded copy: compatible letters, one blank between words, no marks. */
const words: readonly Rule[] = [
  { says: 'holds markup', pattern: /<[a-z!/?|]|\]\(|```|\[\/?inst\]|\{\{|#{3,} / },
  { says: 'holds an address', pattern: /\b(?:https?|ftp|file|data|javascript|wss?):(?:\/\/|[^ ])/ },
  { says: 'holds something encoded', pattern: /[a-z0-9+/_-]{60,}|(?:\\x[0-9a-f]{2}){4}|(?:%[0-9a-f]{2}){4}/ },
  { says: 'speaks as somebody', pattern: /(?:^|[.!?;] )(?:system|assistant|user|human|developer|ai) ?:/ },
  {
    says: 'tells a model to leave what it was told',
    pattern:
      /\b(?:ignore|disregard|forget|override|bypass|discard|skip)\b.{0,40}\b(?:instruction|rule|prompt|guideline|polic|restriction|safeguard|safety|confirmation)|\bnew instructions?\b|\bjailbreak|\bdeveloper mode\b/,
  },
  {
    says: 'speaks of what only a model is told',
    pattern:
      /\b(?:system|hidden|initial) (?:prompt|message|instruction)|\byour (?:context|instructions|memory|conversation)\b/,
  },
  {
    says: 'speaks to a model',
    pattern:
      /\b(?:assistants?|llms?|chat ?bots?|language models?|ai (?:agent|model|system)s?|dear (?:ai|model|agent)|the agent)\b/,
  },
  {
    says: 'gives orders',
    pattern:
      /\byou (?:must|have to|are (?:now|required|to)|shall|should always|need to (?:call|use|read|send|include))\b|\b(?:pretend|act as|roleplay)\b|^(?:important|attention|note to|warning) ?[:!]/,
  },
  {
    says: 'wants to be kept from somebody',
    pattern:
      /\b(?:do not|don't|never|without) (?:tell|telling|mention|mentioning|inform|informing|reveal|revealing|show|showing|ask|asking|notify|notifying|let|letting)\b.{0,40}\b(?:user|human|person|people|operator|anyone|anybody|them|permission)\b|\bsilently\b|\bsecretly\b/,
  },
  {
    says: 'says when tools are to be called',
    pattern:
      /\b(?:before|after|whenever|prior to|each time|every time)\b.{0,20}\b(?:using|calling|invoking|running|use|call) (?:this|any|another|other|the)\b.{0,20}\b(?:tool|function)|\b(?:always|only|first) (?:use|call|choose|prefer|select|pick|run) (?:this|me)\b|\b(?:call|use|run) this (?:tool )?(?:first|always|instead of)|\binstead of (?:any|all|every) other\b/,
  },
  {
    says: 'speaks of secrets or of files of a host',
    pattern:
      /~\/|\/etc\/|\/proc\/|\.ssh\b|\bid_(?:rsa|ed25519)\b|\.env\b|\.aws\b|\bpass(?:word|wd|phrase)s?\b|\bapi[ _-]?keys?\b|\baccess[ _-]?tokens?\b|\bbearer\b|\bsecrets?\b|\bcredentials?\b|\bprivate keys?\b|\benvironment variables?\b|\bmcp\.json\b/,
  },
  {
    says: 'wants something sent',
    pattern:
      /\b(?:send|post|upload|forward|e-?mail|transmit|exfiltrate|leak|copy)\b.{0,60}\b(?:to|at)\b.{0,30}(?:@|\bserver\b|\baddress\b|\bendpoint\b|\bwebhook\b|\burl\b|\.(?:com|net|org|io|example)\b)/,
  },
];

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

/** Members whose value is no text for anybody, but a pattern, a reference or a file. */
const noTexts: ReadonlySet<string> = new Set(['pattern', '$ref', '$schema', 'doi']);
/** A manifest whose schemas are too deep is refused for that; here nothing is looked for below. */
const deepest = 40;

export interface TextFinding {
  readonly pointer: string;
  readonly detail: string;
}

/** The beginning of a text, with what nobody sees written out. */
function show(text: string): string {
  const seen = text
    .slice(0, 80)
    .replace(
      new RegExp(`${unseen.source}|(?! )\\p{Zs}`, 'gu'),
      (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`,
    );
  return `"${seen}"`;
}

function judge(text: string, pointer: string, rules: readonly Rule[], seen: string): TextFinding[] {
  return rules
    .filter(({ pattern }) => pattern.test(seen))
    .map(({ says }) => ({
      pointer,
      detail: `${pointer} ${says}: ${show(text)}. Describe the tool, plainly.`,
    }));
}

/** What is wrong with the texts and names in a manifest, with the place of each. */
export function checkTexts(value: unknown, pointer = '', depth = 0): TextFinding[] {
  if (typeof value === 'string')
    return [...judge(value, pointer, characters, value), ...judge(value, pointer, words, fold(value))];
  if (typeof value !== 'object' || value === null || depth > deepest) return [];
  return Object.entries(value).flatMap(([name, each]) => {
    if (noTexts.has(name) && typeof each === 'string') return [];
    const place = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const isPattern = pointer.endsWith('/patternProperties');
    return [
      ...(isPattern ? [] : judge(name, place, characters, name)),
      ...checkTexts(each, place, depth + 1),
    ];
  });
}
