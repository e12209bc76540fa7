# Descriptive statistics of every column, in all rows and, if asked for, by the levels of one column.

most_figures <- 6
most_levels <- 50

run <- function(data, params, context) {
  asked <- text_of(params$columns)
  by <- text_of(params$by)
  lag <- if (is.null(params$autocorrelation_lag)) 0L else as.integer(params$autocorrelation_lag)
  refuse_unknown(data, c(asked, by), if (length(by) > 0) c(rep("columns", length(asked)),
    "by") else rep("columns", length(asked)), context)
  chosen <- if (length(asked) > 0) asked else setdiff(names(data), by)
  if (nrow(data) == 0) context$refuse("TOO_FEW_ROWS", "The data set has no rows.", hint = "At least one row is needed.")
  if (length(chosen) == 0) context$refuse("NO_COLUMNS",
    "There is no column to describe beside the one that makes the groups.", class = "input",
    where = list(param = "columns"))
  context$progress(0.1, "describing the columns", "describe")
  columns <- lapply(chosen, function(name) describe_column(name, data[[name]], lag))
  groups <- if (length(by) > 0) groups_of(data, by, context)
  dropped <- if (!is.null(groups) && anyNA(groups$codes))
    list(list(rows = sum(is.na(groups$codes)),
      reason = "the group is missing (left out of the groups only)")) else list()
  described <- if (!is.null(groups)) lapply(seq_along(groups$labels), function(k) {
    rows <- which(groups$codes == k)
    list(level = groups$labels[k], n = length(rows),
      columns = lapply(chosen, function(name) describe_column(name, data[[name]][rows], 0L)))
  })
  warn_of(columns, data, lag, context)
  context$progress(0.7, "drawing", "figures")
  code <- reader_code(chosen, by, lag, columns)
  list(values = c(list(rows = nrow(data), columns = columns), if (!is.null(groups)) list(by = by, groups = described)),
    summary = I(summarise(data, columns, groups, by)), method = method_of(lag), assumptions = list(), dropped = dropped,
    tables = tables_of(columns, described, by), figures = figures_of(data, columns, groups, by),
      code = if (nchar(code) <= 19000) code) # longer only where names of columns are
}

refuse_unknown <- function(data, names, params, context) for (i in seq_along(names)) if (!names[i] %in% names(data))
  context$refuse("COLUMN_NOT_FOUND", paste0("There is no column ", quoted(names[i]), "."), class = "input",
    where = list(column = brief(names[i], 300), param = params[i]), hint = "Name one of the columns of the data set.")

groups_of <- function(data, by, context) {
  groups <- levels_of(data[[by]])
  if (length(groups$labels) == 0)
    context$refuse("ALL_MISSING", paste0("Every value of column ", quoted(by), " is missing."),
      where = list(column = brief(by, 300), param = "by"),
      hint = "Choose another column for the groups.")
  if (length(groups$labels) > most_levels)
    context$refuse("GROUP_COUNT", paste0("Column ", quoted(by), " has ", length(groups$labels),
      " levels; at most ", most_levels, " groups are described."),
      where = list(column = brief(by, 300), param = "by"), hint = "Choose a column with fewer levels.")
  groups
}

# One warning a kind of finding, with at most ten columns by name.
warn_of <- function(columns, data, lag, context) {
  warn <- function(code, severity, says, holds) {
    found <- Filter(holds, columns)
    if (length(found) > 0) context$warn(code, paste0(says, ": ",
      paste(vapply(head(found, 10), function(column) quoted(column$name), ""), collapse = ", "),
      if (length(found) > 10) sprintf(", and %d more", length(found) - 10), "."), severity)
  }
  warn("ALL_MISSING", "caution", "Every value is missing", function(column) column$n == 0)
  warn("CONSTANT_COLUMN", "note", "One value only", function(column) column$n > 1 && column$distinct == 1)
  warn("INFINITE_VALUES", "caution", "Infinite values are left out of the statistics",
    function(column) isTRUE(column$infinite > 0))
  if (lag > 0) warn("SERIES_HAS_GAPS", "note", "Pairs with a missing value are left out of the autocorrelation",
    function(column) is_numeric(column) && column$missing > 0)
}

number_text <- function(x) if (is.na(x)) "not defined" else trimws(format(signif(x, 4), big.mark = ",",
  scientific = x != 0 && (abs(x) < 1e-4 || abs(x) >= 1e9)))
is_numeric <- function(column) !is.null(column$mean)

summarise <- function(data, columns, groups, by) {
  numeric <- Filter(is_numeric, columns)
  missing <- Filter(function(column) column$missing > 0, columns)
  lines <- paste0(format(nrow(data), big.mark = ","), if (nrow(data) == 1) " row, " else " rows, ",
    length(columns), if (length(columns) == 1) " column" else " columns", " described, ",
    length(numeric), " of them numeric.")
  worst <- missing[order(-vapply(missing, `[[`, 0L, "missing"))]
  lines <- c(lines, if (length(missing) == 0) "No value is missing." else paste0("Missing values: ",
    paste(vapply(head(worst, 5), function(column)
    sprintf("%s %s (%.1f %%)", quoted(column$name), format(column$missing, big.mark = ","),
      100 * column$missing / nrow(data)), ""), collapse = ", "),
    if (length(worst) > 5) sprintf(", and %d more columns", length(worst) - 5), "."))
  for (column in head(Filter(function(column) column$n > 0, numeric), 6)) lines <- c(lines,
    paste0(quoted(column$name), ": mean ", number_text(column$mean),
    ", standard deviation ", number_text(column$sd), ", median ", number_text(column$median), ", from ",
      number_text(column$min), " to ", number_text(column$max),
    if (!is.na(column$skewness) && abs(column$skewness) > 1) paste0("; skewed to the ",
      if (column$skewness > 0) "right" else "left"), "."))
  for (column in head(Filter(function(column) length(column$top) > 0, columns), 4)) lines <- c(lines,
    paste0(quoted(column$name), ": ",
    format(column$distinct, big.mark = ","), " distinct; most frequent ", quoted(column$top[[1]]$value), " (",
      format(column$top[[1]]$count, big.mark = ","), ")."))
  c(lines, if (!is.null(groups)) paste0(length(groups$labels),
    if (length(groups$labels) == 1) " group of " else " groups of ", quoted(by), "."))
}

method_of <- function(lag) list(text = paste0("Missing values are left out column by column. Standard deviation with n - 1, by two passes. Quantiles of type 7. ",
    "Skewness and kurtosis are the bias-corrected G1 and G2; kurtosis is the excess over the normal distribution. Levels are sorted by value, text by code point.",
    if (lag > 0) " Autocorrelation is the sum of products of the deviations from the mean, that many rows apart, over the sum of squared deviations, in the order of the rows." else ""),
  reference = "base::mean, stats::sd, stats::quantile",
    options = c(list(quantile_type = 7, skewness = "G1", kurtosis = "G2"),
    if (lag > 0) list(autocorrelation_lag = lag)))

numeric_frame <- function(columns) {
  keys <- c("name", "n", "missing", "mean", "sd", "min", "q1", "median", "q3", "max", "skewness", "kurtosis_excess",
    if (length(columns) > 0 && !is.null(columns[[1]]$lag1_autocorrelation)) "lag1_autocorrelation")
  frame <- lapply(keys, function(key) vapply(columns, `[[`, columns[[1]][[key]], key))
  frame <- stats::setNames(as.data.frame(frame, stringsAsFactors = FALSE), keys)
  frame$name <- vapply(frame$name, brief, "", most = 300)
  frame
}

tables_of <- function(columns, described, by) {
  titles <- c(level = if (length(by) > 0) brief(by, 150) else "", name = "Column", n = "n",
    missing = "Missing", mean = "Mean", sd = "Standard deviation", min = "Min", q1 = "Q1", median = "Median",
    q3 = "Q3", max = "Max", skewness = "Skewness", kurtosis_excess = "Excess kurtosis",
      lag1_autocorrelation = "Lag-1 autocorrelation", type = "Type", distinct = "Distinct",
    value = "Value", count = "Count", first = "First", last = "Last")
  types <- c(level = "text", name = "text", n = "integer", missing = "integer", type = "text",
    distinct = "integer", value = "text", count = "integer", first = "text", last = "text")
  table <- function(name, title, frame) list(name = name, title = title, data = frame,
    titles = titles[names(frame)], types = types[intersect(names(types), names(frame))])
  numeric <- head(Filter(is_numeric, columns), 500)
  other <- head(Filter(function(column) !is.null(column$top), columns), 200)
  dates <- head(Filter(function(column) !is.null(column$first), columns), 200)
  top <- do.call(rbind,
    lapply(other, function(column) if (length(column$top) > 0) data.frame(name = brief(column$name, 300),
    type = column$type, n = column$n, missing = column$missing, distinct = column$distinct,
    value = vapply(column$top, `[[`, "", "value"), count = vapply(column$top, `[[`, 0L, "count"))))
  by_level <- do.call(rbind, lapply(described, function(group) {
    inside <- head(Filter(is_numeric, group$columns), 100)
    if (length(inside) > 0) cbind(data.frame(level = brief(group$level, 300)), numeric_frame(inside))
  }))
  c(if (length(numeric) > 0) list(table("numeric", "Numeric columns", numeric_frame(numeric))),
    if (!is.null(by_level)) list(table("groups", "Numeric columns by group", by_level)),
    if (!is.null(top)) list(table("levels", "Most frequent values of text and boolean columns", top)),
    if (length(dates) > 0) list(table("dates", "Dates and times",
      do.call(rbind, lapply(dates, function(column) data.frame(name = brief(column$name, 300),
      column[c("type", "n", "missing", "distinct", "first", "last")]))))))
}

figures_of <- function(data, columns, groups, by) {
  numeric <- vapply(Filter(is_numeric, columns), `[[`, "", "name")
  shown <- head(numeric, most_figures)
  figures <- lapply(seq_along(shown), function(i) histogram_figure(shown[i], data[[shown[i]]], paste0("histogram-", i)))
  boxes <- if (!is.null(groups)) lapply(seq_along(shown),
    function(i) by_figure(shown[i], data[[shown[i]]], groups, by, paste0("by-", i))) else
    list(columns_figure(data, head(numeric, 20)))
  Filter(Negate(is.null), c(figures, boxes))
}

reader_code <- function(chosen, by, lag, columns) {
  string <- function(text) vapply(text, encodeString, "", quote = '"', USE.NAMES = FALSE)
  shown <- head(chosen, 50)
  paste(c('d <- read.csv("data.csv", check.names = FALSE, stringsAsFactors = FALSE)',
    paste0("columns <- c(", paste(string(shown), collapse = ", "), ")"),
    "numeric <- Filter(function(name) is.numeric(d[[name]]), columns)", "describe <- function(x) {",
      "  x <- x[!is.na(x)]", "  n <- length(x); m <- mean(x); m2 <- mean((x - m)^2)",
    "  c(n = n, mean = m, sd = sd(x), quantile(x, type = 7),",
      "    skewness = mean((x - m)^3) / m2^1.5 * sqrt(n * (n - 1)) / (n - 2),",
    "    kurtosis_excess = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (mean((x - m)^4) / m2^2 - 3) + 6))", "}",
      "t(sapply(d[numeric], describe))",
    if (length(by) > 0) paste0("lapply(split(d[numeric], d[[", string(by), "]]), function(g) t(sapply(g, describe)))"),
    if (lag > 0) c("correlate <- function(x, k) {",
      "  e <- x - mean(x, na.rm = TRUE); e[is.na(e)] <- 0; n <- length(e)",
      "  sum(e[(k + 1):n] * e[1:(n - k)]) / sum(e^2)", "}",
      sprintf("sapply(d[numeric], function(x) sapply(1:%d, correlate, x = x))", lag))), collapse = "\n")
}
