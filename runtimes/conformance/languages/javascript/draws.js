export function run(_data, _params, context) {
  return {
    values: { answer: context.random() },
    summary: ['drawn'],
    method: { text: 't', reference: 'conformance', options: {} },
  };
}
