# The columns to cluster by, in rows that are complete, scaled if asked for.

text_of <- function(x) as.character(unlist(x))
brief <- function(name, most = 60) if (nchar(name) > most) paste0(substr(name, 1, most - 3), "...") else name
quoted <- function(name) paste0('"', brief(name), '"')

refuse_column <- function(context, code, message, name, class = "data", row = NULL, hint = NULL)
  context$refuse(code, message, class = class, where = c(list(column = brief(name, 300)),
    if (!is.null(row)) list(row = row), list(param = "columns")), hint = hint)

numbers_of <- function(data, name, context) {
  if (!name %in% names(data))
    refuse_column(context, "COLUMN_NOT_FOUND", paste0("There is no column ", quoted(name), "."), name,
      class = "input", hint = "Name one of the columns of the data set.")
  x <- data[[name]]
  if (length(x) > 0 && all(is.na(x)))
    refuse_column(context, "ALL_MISSING", paste0("Every value of column ", quoted(name), " is missing."), name,
      hint = "Leave the column out, or use a data set in which it is filled.")
  if (!is.numeric(x))
    refuse_column(context, "NOT_NUMERIC", paste0("Column ", quoted(name), " does not hold numbers."), name,
      class = "input", hint = "Choose numeric columns: distances are computed from them.")
  bad <- which(is.infinite(x))
  if (length(bad) > 0)
    refuse_column(context, "INFINITE_VALUES", paste0("Column ", quoted(name), " holds an infinite value in row ",
      bad[1], "."), name, row = bad[1], hint = "Remove or correct the infinite values.")
  as.numeric(x)
}

# How many rows differ, column by column: pasting rows into texts would take far longer.
distinct_rows <- function(x) {
  code <- rep(0, nrow(x))
  for (j in seq_len(ncol(x))) {
    both <- code * (nrow(x) + 1) + match(x[, j], unique(x[, j]))
    code <- match(both, unique(both))
  }
  length(unique(code))
}

read_columns <- function(data, params, scale, context) {
  columns <- text_of(params$columns)
  raw <- vapply(columns, function(name) numbers_of(data, name, context), numeric(nrow(data)), USE.NAMES = FALSE)
  raw <- matrix(raw, nrow(data))
  keep <- which(rowSums(is.na(raw)) == 0)
  raw <- raw[keep, , drop = FALSE]
  if (length(keep) < 3) context$refuse("TOO_FEW_ROWS", sprintf("%d complete %s too few to look for clusters.",
    length(keep), if (length(keep) == 1) "row is" else "rows are"), where = list(param = "columns"),
    hint = "At least three rows in which every chosen column is filled are needed.")
  centre <- colMeans(raw)
  spread <- apply(raw, 2, stats::sd)
  if (any(!is.finite(spread))) refuse_column(context, "VALUES_TOO_LARGE", paste0("The values of column ",
    quoted(columns[which(!is.finite(spread))[1]]), " are too large to compute distances."),
    columns[which(!is.finite(spread))[1]], hint = "Use another unit.")
  flat <- which(apply(raw, 2, function(x) max(x) == min(x)))
  if (length(flat) > 0 && (scale || length(flat) == length(columns)))
    refuse_column(context, "CONSTANT_COLUMN", paste0("Column ", quoted(columns[flat[1]]),
      " has the same value in all rows used."), columns[flat[1]], hint = "Leave it out: it tells no rows apart.")
  x <- sweep(raw, 2, centre)
  if (scale) x <- sweep(x, 2, spread, "/")
  missing <- nrow(data) - length(keep)
  list(columns = columns, raw = raw, x = x, centre = centre, spread = spread, scaled = scale, rows = keep,
    distinct = distinct_rows(x),
    dropped = if (missing > 0) list(list(rows = missing, reason = "a value of a chosen column is missing")) else list())
}
