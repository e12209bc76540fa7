/** What a file may hold. Beyond these a refusal names the place; they keep memory flat whatever is sent. */
export const limits = {
  columns: 5000,
  rows: 50_000_000,
  /** Bytes of one value. */
  cell: 1024 * 1024,
  /** Bytes of one row. */
  row: 16 * 1024 * 1024,
  /** Characters of a column's name. */
  name: 1000,
  /** Distinct values up to which a text column can be a category. */
  levels: 1000,
  /** Characters of one level; longer values are text, not the name of a group. */
  level: 200,
  /** Characters of all levels of a data set together, since they travel with every job. */
  allLevels: 2 * 1024 * 1024,
  notes: 200,
} as const;

/** Spellings of a missing value in text files. */
export const missingSpellings = ['', 'NA', 'N/A', 'null', 'NULL', 'NaN'] as const;
