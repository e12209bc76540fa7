import { RE2JS } from 're2js';

/**
 * The regular expressions of schemas, by RE2: the time is linear in the text, whatever a stranger wrote. It has no references
 * back and no looking around; `\d`, `\w` and `$` mean what they mean in JavaScript without flags.
 * @throws Error where it is not an expression of RE2
 */
function linearPattern(pattern: string) {
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
    return { test: (text: string) => compiled.test(text), toString: () => pattern };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`"${pattern}" is not a pattern of linear time (RE2): ${reason}`, { cause });
  }
}

/** As ajv takes an engine; `code` names it in programs that ajv would write to a file, which we never do. */
export const linearPatterns = Object.assign(linearPattern, { code: 'linearPattern' });
