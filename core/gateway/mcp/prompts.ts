import {
  type GetPromptResult,
  type Prompt,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server';

interface Question extends Prompt {
  readonly arguments: { name: string; description: string; required: boolean }[];
  readonly ask: (given: Readonly<Record<string, string>>) => string;
}

const dataset = { name: 'dataset', description: 'Name or id of the data set.', required: true };
const optional = (name: string, description: string) => ({ name, description, required: false });

const about = (what: string, column: string | undefined) =>
  column ? `${what} is the column “${column}”. ` : '';

/** How an assistant is to go about every question. */
const manner =
  'Find the data set with list_datasets and look at its columns with describe_dataset. Find the analysis with search_tools, giving it the ' +
  'data set, and read its describe_tool. Ask me where a choice is open, with the columns that fit. Run it with run_tool. Then tell me, in ' +
  'this order: warnings and assumptions that do not hold, what was found with its size and interval, and the address of the report.';

const questions: readonly Question[] = [
  {
    name: 'compare_groups',
    title: 'Compare groups',
    description: 'Do groups differ in an outcome, and by how much?',
    arguments: [
      dataset,
      optional('outcome', 'Column of the outcome.'),
      optional('group', 'Column of the groups.'),
    ],
    ask: ({ dataset: of, outcome, group }) =>
      `Do the groups in the data set “${of}” differ, and by how much? ${about('The outcome', outcome)}${about('The group', group)}${manner}`,
  },
  {
    name: 'forecast_series',
    title: 'Forecast a series',
    description: 'How will a series go on?',
    arguments: [dataset, optional('value', 'Column of the series.'), optional('horizon', 'How far ahead.')],
    ask: ({ dataset: of, value, horizon }) =>
      `How will the series in the data set “${of}” go on${horizon ? `, ${horizon} ahead` : ''}? ${about('The series', value)}${manner}`,
  },
  {
    name: 'what_drives',
    title: 'What drives an outcome',
    description: 'Which columns go with an outcome, and how strongly?',
    arguments: [dataset, optional('outcome', 'Column of the outcome.')],
    ask: ({ dataset: of, outcome }) =>
      `Which columns of the data set “${of}” go with the outcome, and how strongly? ${about('The outcome', outcome)}Say what is association and what would need an experiment. ${manner}`,
  },
  {
    name: 'check_data',
    title: 'Check a data set',
    description: 'What is in a data set, and can it be trusted?',
    arguments: [dataset],
    ask: ({ dataset: of }) =>
      `What is in the data set “${of}”, and what speaks against trusting it: gaps, duplicates, odd values? ${manner}`,
  },
];

export function listPrompts(): Prompt[] {
  return questions.map(({ ask: _, ...prompt }) => prompt);
}

/** @throws ProtocolError where there is no such prompt, or an argument is missing, unknown or too long */
export function getPrompt(name: string, given: Readonly<Record<string, string>> = {}): GetPromptResult {
  const invalid = (text: string) => new ProtocolError(ProtocolErrorCode.InvalidParams, text);
  const question = questions.find((each) => each.name === name);
  if (!question)
    throw invalid(
      `There is no prompt "${name.slice(0, 100)}"; there are ${questions.map((q) => q.name).join(', ')}.`,
    );
  const names = question.arguments.map((each) => each.name);
  for (const [key, value] of Object.entries(given)) {
    if (!names.includes(key))
      throw invalid(`The prompt ${name} has no argument "${key.slice(0, 100)}"; it has ${names.join(', ')}.`);
    if (value.length > 200) throw invalid(`The argument "${key}" takes at most 200 characters.`);
  }
  const missing = question.arguments.find((each) => each.required && !given[each.name]);
  if (missing) throw invalid(`The argument "${missing.name}" is missing: ${missing.description}`);
  return {
    description: question.description,
    messages: [{ role: 'user', content: { type: 'text', text: question.ask(given) } }],
  };
}
