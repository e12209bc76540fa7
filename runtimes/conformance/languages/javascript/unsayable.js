export function run() {
  return {
    values: {
      answer: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1],
      deep: { 'a/b~c': Number.NaN },
    },
    summary: ['unsayable'],
    method: { text: 't', reference: 'conformance', options: {} },
  };
}
