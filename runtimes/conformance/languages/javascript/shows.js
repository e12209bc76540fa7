const axis = (field) => ({ field, type: 'quantitative' });

export function run() {
  return {
    values: { answer: 1 },
    summary: ['shown'],
    method: { text: 't', reference: 'conformance', options: {} },
    tables: [
      {
        name: 'cells',
        title: 'Cells',
        columns: [
          { name: 'a', title: 'a', type: 'number' },
          { name: 'b', title: 'b', type: 'text' },
        ],
        rows: [
          [1.5, 'x'],
          [null, 'y'],
        ],
      },
    ],
    figures: [
      {
        name: 'plot',
        title: 'Plot',
        alt: 'A plot.',
        spec: { data: { values: [{ x: 1, y: 2 }] }, mark: 'point', encoding: { x: axis('x'), y: axis('y') } },
      },
    ],
  };
}
