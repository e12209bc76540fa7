import type { ColumnType } from '@assay/sdk';

/** A column as it is read, before its type is decided. */
export interface RawColumn {
  readonly name: string;
  /** SQL for its value as it is tried as another type; missing values are NULL. */
  readonly value: string;
  /** SQL for its value as text. */
  readonly text: string;
  /** Types that are tried on its text, narrowest first; empty where it is text whatever it holds. */
  readonly candidates: readonly ColumnType[];
}

/** A column whose type is known, with the SQL that makes its value. */
export interface TypedColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly sql: string;
}

/** A table that DuckDB can read: `SELECT ... FROM ${from}`, in the order of the file. */
export interface Source {
  readonly from: string;
  readonly rows: number;
  readonly columns: readonly RawColumn[];
}
