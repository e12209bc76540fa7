export function run(data, params, context) {
  const where = { column: 'n', rows: data[0].values.length };
  context.refuse('TOO_FEW', 'too few', params.class, where, 'more');
}
