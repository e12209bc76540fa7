# From columns to samples. Names of columns are data: they only look a column up and label a group.

text_of <- function(x) as.character(unlist(x))
brief <- function(name, most = 60) if (nchar(name) > most) paste0(substr(name, 1, most - 3), "...") else name
quoted <- function(name) paste0('"', brief(name), '"')

refuse_column <- function(context, code, message, name, param, class = "data", row = NULL, hint = NULL)
  context$refuse(code, message, class = class, where = c(list(column = brief(name, 300)),
    if (!is.null(row)) list(row = row), list(param = param)), hint = hint)

# The column that a parameter names; `needed` says when the parameter must be there.
column_of <- function(data, params, param, needed, context) {
  name <- text_of(params[[param]])
  if (length(name) == 0)
    context$refuse("PARAMETER_MISSING", paste0("`", param, "` is missing: ", needed, "."), class = "input",
      where = list(param = param))
  if (!name %in% names(data))
    refuse_column(context, "COLUMN_NOT_FOUND", paste0("There is no column ", quoted(name), "."), name, param,
      class = "input",
      hint = "Name one of the columns of the data set.")
  x <- data[[name]]
  if (length(x) > 0 && all(is.na(x)))
    refuse_column(context, "ALL_MISSING", paste0("Every value of column ", quoted(name), " is missing."), name, param)
  list(name = name, x = x)
}

numbers_of <- function(data, params, param, needed, context) {
  column <- column_of(data, params, param, needed, context)
  if (!is.numeric(column$x))
    refuse_column(context, "NOT_NUMERIC", paste0("Column ", quoted(column$name), " does not hold numbers."),
      column$name, param,
      class = "input", hint = "Choose a numeric column.")
  column$x <- as.numeric(column$x)
  bad <- which(is.infinite(column$x))
  if (length(bad) > 0)
    refuse_column(context, "INFINITE_VALUES", paste0("Column ", quoted(column$name),
      " holds an infinite value in row ", bad[1], "."),
      column$name, param, row = bad[1], hint = "Remove or correct the infinite values.")
  column
}

# Levels in the order of the values: numbers by size, text by code point.
levels_of <- function(x) {
  values <- unique(x[!is.na(x)])
  values <- if (is.character(values)) sort(values, method = "radix") else sort(values)
  labels <- if (is.logical(values)) ifelse(values, "true", "false") else
    if (is.numeric(values)) ifelse(values == round(values) & abs(values) < 1e15, sprintf("%.0f", values),
      as.character(values)) else
    as.character(values)
  list(labels = labels, codes = match(x, values))
}

two_groups <- function(group, used, context) {
  levels <- levels_of(group$x[used])
  k <- length(levels$labels)
  if (k != 2)
    refuse_column(context, "GROUP_COUNT", paste0("Column ", quoted(group$name), " has ", k,
      if (k == 1) " group" else " groups",
      " in the rows that can be used; two are needed."), group$name, "group", hint = if (k > 2)
        "Compare more than two groups with an analysis of variance, or keep two of them." else "Choose a column with two groups.")
  levels
}

dropped_rows <- function(count, reason) if (count > 0) list(list(rows = count, reason = reason)) else list()
too_few <- function(message, hint, context) context$refuse("TOO_FEW_ROWS", message, hint = hint)

read_one <- function(data, params, context) {
  param <- if (is.null(params$value) && !is.null(params$x)) "x" else "value"
  value <- numbers_of(data, params, param, "a one-sample test needs the column of the values", context)
  used <- !is.na(value$x)
  if (sum(used) < 2) too_few(sprintf("%d %s.", sum(used),
    if (sum(used) == 1) "value is too few" else "values are too few"), "At least 2 values are needed.", context)
  list(samples = list(value$x[used]), labels = value$name, measure = value$name,
    dropped = dropped_rows(sum(!used), "the value is missing"))
}

read_two <- function(data, params, context) {
  if (!is.null(params$x) || !is.null(params$y)) return(read_wide(data, params, paired = FALSE, context))
  value <- numbers_of(data, params, "value", "two samples need `value` and `group`, or `x` and `y`", context)
  group <- column_of(data, params, "group", "it says which of the two groups a row belongs to", context)
  used <- !is.na(value$x) & !is.na(group$x)
  levels <- two_groups(group, used, context)
  samples <- lapply(1:2, function(k) value$x[used][levels$codes == k])
  refuse_sizes(samples, levels$labels, params, context)
  list(samples = samples, labels = levels$labels, measure = value$name, grouping = group$name,
    dropped = dropped_rows(sum(!used), "the value or the group is missing"))
}

refuse_sizes <- function(samples, labels, params, context) {
  n <- lengths(samples)
  least <- if (isTRUE(params$var_equal)) 1 else 2
  if (any(n < least) || sum(n) < 3)
    too_few(paste0("Group ", quoted(labels[which.min(n)]), " has ", min(n),
      if (min(n) == 1) " value" else " values", "."),
      "At least 2 values in each group are needed.", context)
}

read_wide <- function(data, params, paired, context) {
  columns <- lapply(c("x", "y"), function(param) numbers_of(data, params, param,
    "`x` and `y` name the two columns to compare", context))
  x <- columns[[1]]$x
  y <- columns[[2]]$x
  labels <- vapply(columns, `[[`, "", "name")
  if (labels[1] == labels[2])
    refuse_column(context, "SAME_COLUMN", paste0("`x` and `y` both name column ", quoted(labels[1]), "."),
      labels[1], "y", class = "input")
  if (!paired) {
    samples <- list(x[!is.na(x)], y[!is.na(y)])
    refuse_sizes(samples, labels, params, context)
    return(list(samples = samples, labels = labels, measure = "value", dropped = list()))
  }
  full <- !is.na(x) & !is.na(y)
  pairs_of(x[full], y[full], labels, "value", dropped_rows(sum(!full), "one of the two values is missing"), context)
}

pairs_of <- function(first, second, labels, measure, dropped, context) {
  if (length(first) == 0)
    context$refuse("PAIR_INCOMPLETE", "No pair has both of its values.",
      hint = "Check that the column of pairs names the same unit in both groups.")
  if (length(first) < 2) too_few("There is only one complete pair.", "At least 2 complete pairs are needed.", context)
  list(samples = list(first, second), labels = labels, measure = measure, difference = first - second,
    dropped = dropped)
}

read_paired <- function(data, params, context) {
  if (!is.null(params$x) || !is.null(params$y)) return(read_wide(data, params, paired = TRUE, context))
  value <- numbers_of(data, params, "value", "a paired test needs `value`, `group` and `pair`, or `x` and `y`", context)
  group <- column_of(data, params, "group", "it says which of the two measurements a row is", context)
  pair <- column_of(data, params, "pair", "it says which rows belong together", context)
  used <- !is.na(value$x) & !is.na(group$x) & !is.na(pair$x)
  levels <- two_groups(group, used, context)
  unit <- levels_of(pair$x[used])
  twice <- which(duplicated(cbind(unit$codes, levels$codes)))
  if (length(twice) > 0) {
    i <- twice[1]
    refuse_column(context, "PAIR_DUPLICATE", paste0("Pair ", quoted(unit$labels[unit$codes[i]]),
      " has more than one value in group ",
      quoted(levels$labels[levels$codes[i]]), "."), pair$name, "pair", row = which(used)[i],
      hint = "Each pair needs one value in each group; average repeated values first.")
  }
  v <- value$x[used]
  k <- length(unit$labels)
  wide <- matrix(NA_real_, k, 2)
  wide[cbind(unit$codes, levels$codes)] <- v
  full <- !is.na(wide[, 1]) & !is.na(wide[, 2])
  dropped <- c(dropped_rows(sum(!used), "the value, the group or the pair is missing"),
    dropped_rows(sum(!full), "the other value of the pair is missing"))
  c(pairs_of(wide[full, 1], wide[full, 2], levels$labels, value$name, dropped, context), list(grouping = group$name))
}
