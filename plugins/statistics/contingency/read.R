# From columns to a table of counts. Names of columns are data: they only look a column up and label the table.

most_levels <- 30

text_of <- function(x) as.character(unlist(x))
brief <- function(name, most = 60) if (nchar(name) > most) paste0(substr(name, 1, most - 3), "...") else name
quoted <- function(name) paste0('"', brief(name), '"')

refuse_column <- function(context, code, message, name, param, class = "data", row = NULL, hint = NULL)
  context$refuse(code, message, class = class, where = c(list(column = brief(name, 300)),
    if (!is.null(row)) list(row = row), list(param = param)), hint = hint)

column_of <- function(data, params, param, context) {
  name <- text_of(params[[param]])
  if (!name %in% names(data))
    refuse_column(context, "COLUMN_NOT_FOUND", paste0("There is no column ", quoted(name), "."), name, param,
      class = "input", hint = "Name one of the columns of the data set.")
  x <- data[[name]]
  if (length(x) > 0 && all(is.na(x)))
    refuse_column(context, "ALL_MISSING", paste0("Every value of column ", quoted(name), " is missing."), name, param,
      hint = "Leave the column out, or use a data set in which it is filled.")
  list(name = name, x = x)
}

read_counts <- function(data, params, context) {
  if (is.null(params$count)) return(rep(1, nrow(data)))
  count <- column_of(data, params, "count", context)
  if (!is.numeric(count$x))
    refuse_column(context, "NOT_NUMERIC", paste0("Column ", quoted(count$name), " does not hold numbers."), count$name,
      "count", class = "input", hint = "Choose the column that says how often each combination was seen.")
  bad <- which(!is.na(count$x) & (count$x < 0 | count$x != round(count$x) | is.infinite(count$x)))
  if (length(bad) > 0)
    refuse_column(context, "NOT_A_COUNT", paste0("Column ", quoted(count$name), " holds ", format(count$x[bad[1]]),
      " in row ", bad[1], ", which is no count."), count$name, "count", row = bad[1],
      hint = "Counts are whole numbers, zero or more; shares cannot be tested without the numbers behind them.")
  as.numeric(count$x)
}

# Labels of the levels, in the order of the values: numbers by size, text by code point.
levels_of <- function(x) {
  values <- unique(x[!is.na(x)])
  values <- if (is.character(values)) sort(values, method = "radix") else sort(values)
  label <- if (is.logical(values)) ifelse(values, "true", "false") else if (is.numeric(values))
    ifelse(values == round(values) & abs(values) < 1e15, sprintf("%.0f", values), as.character(values)) else
    as.character(values)
  list(labels = label, codes = match(x, values))
}

check_levels <- function(levels, name, param, context) {
  k <- length(levels$labels)
  if (k < 2) refuse_column(context, "ONE_LEVEL", paste0("Column ", quoted(name), " has only one level in the rows that ",
    "can be used."), name, param, hint = "A table needs two levels or more in each direction.")
  if (k > most_levels) refuse_column(context, "TOO_MANY_LEVELS", paste0("Column ", quoted(name), " has ", k,
    " levels; at most ", most_levels, " are tested."), name, param, hint = "Join rare levels.")
  levels
}

# Both columns of a matched table speak of the same levels.
share_levels <- function(row, column, params, context) {
  if (!any(as.character(row) %in% as.character(column))) context$refuse("LEVELS_DIFFER", paste0(quoted(text_of(params$row)),
    " and ", quoted(text_of(params$column)), " have no level in common."), where = list(param = "column"),
    hint = "McNemar's test is for two judgements in the same words; use chi_square for two different questions.")
  both <- levels_of(c(as.character(row), as.character(column)))
  lapply(list(row, column), function(x) list(labels = both$labels, codes = match(as.character(x), both$labels)))
}

# The level that a parameter names comes first, or last; of two levels alone.
put <- function(levels, params, param, first, context) {
  if (is.null(params[[param]])) return(levels)
  wanted <- params[[param]]
  wanted <- if (is.logical(wanted)) tolower(as.character(wanted)) else if (is.numeric(wanted)) levels_of(wanted)$labels else wanted
  at <- match(wanted, levels$labels)
  if (is.na(at)) context$refuse("LEVEL_NOT_FOUND", paste0("`", param, "` is ", quoted(wanted), "; the levels are ",
    brief(paste(vapply(levels$labels, quoted, ""), collapse = ", "), 300), "."), class = "input", where = list(param = param))
  order <- if (first) c(at, seq_along(levels$labels)[-at]) else c(seq_along(levels$labels)[-at], at)
  list(labels = levels$labels[order], codes = match(levels$codes, order))
}

# A level whose counts are all zero is no row of the table; it is said, since somebody wrote it down.
warn_empty <- function(columns, known, keep, context) for (column in columns) {
  lost <- setdiff(levels_of(column$x[known])$labels, levels_of(column$x[keep])$labels)
  if (length(lost) > 0) context$warn("EMPTY_LEVEL", paste0("Level ", quoted(lost[1]), " of ", quoted(column$name),
    " has no cases and was left out."), "caution")
}

read_table <- function(data, params, test, context) {
  names <- c(text_of(params$row), text_of(params$column), text_of(params$strata))
  twice <- which(duplicated(names))
  if (length(twice) > 0) refuse_column(context, "SAME_COLUMN", paste0("Column ", quoted(names[twice[1]]),
    " is named more than once."), names[twice[1]], "column", class = "input")
  row <- column_of(data, params, "row", context)
  column <- column_of(data, params, "column", context)
  strata <- if (test == "cmh") column_of(data, params, "strata", context)
  count <- read_counts(data, params, context)
  known <- !is.na(row$x) & !is.na(column$x) & !is.na(count) & (if (is.null(strata)) TRUE else !is.na(strata$x))
  keep <- which(known & count > 0)
  if (length(keep) == 0) context$refuse("NO_ROWS", "No row has both of its levels and a count above zero.",
    hint = "Check the columns for missing values.")
  matched <- if (test == "mcnemar") share_levels(row$x[keep], column$x[keep], params, context)
  rows <- check_levels(if (test == "mcnemar") matched[[1]] else levels_of(row$x[keep]), row$name, "row", context)
  columns <- check_levels(if (test == "mcnemar") matched[[2]] else levels_of(column$x[keep]), column$name, "column", context)
  layers <- if (!is.null(strata)) check_levels(levels_of(strata$x[keep]), strata$name, "strata", context)
  rows <- put(rows, params, "reference", first = FALSE, context)
  columns <- put(columns, params, "event", first = TRUE, context)
  if (any(known & count == 0)) warn_empty(list(row, column), known, keep, context)
  size <- c(length(rows$labels), length(columns$labels), length(layers$labels))
  at <- rows$codes + size[1] * (columns$codes - 1)
  if (!is.null(layers)) at <- at + size[1] * size[2] * (layers$codes - 1)
  cells <- numeric(prod(size[seq_len(2 + !is.null(layers))]))
  sums <- rowsum(count[keep], at)
  cells[as.integer(rownames(sums))] <- sums[, 1]
  dropped <- sum(!known)
  list(counts = array(cells, size[seq_len(2 + !is.null(layers))]), row = row$name, column = column$name,
    strata = strata$name, rows = rows$labels, columns = columns$labels, layers = layers$labels, n = sum(count[keep]),
    counted = !is.null(params$count), dropped = if (dropped > 0) list(list(rows = dropped,
      reason = "a level or the count is missing")) else list())
}
