export function run(_data, params) {
  return {
    values: { answer: params.value },
    summary: ['said again'],
    method: { text: 't', reference: 'conformance', options: {} },
  };
}
