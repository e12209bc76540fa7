# Data quality: what is missing, repeated, constant, out of line or against the rules, column by column.

run <- function(data, params, context) {
  if (nrow(data) == 0) context$refuse("TOO_FEW_ROWS", "The data set has no rows.", hint = "At least one row is needed.")
  key <- text_of(params$key)
  for (name in key) if (!name %in% names(data)) context$refuse("COLUMN_NOT_FOUND",
    paste0("There is no column ", quoted(name), "."), class = "input",
    where = list(column = brief(name, 300), param = "key"), hint = "Name one of the columns of the data set.")
  context$progress(0.05, "checking the rules", "rules")
  rules <- apply_rules(data, params$rules, context)
  context$progress(0.2, "looking at the columns", "columns")
  columns <- lapply(context$schema, function(column)
    look_at_column(column$name, column$type, text_of(column$role), data[[column$name]]))
  context$progress(0.5, "comparing rows", "rows")
  looked <- look_at_rows(data)
  keys <- if (length(key) > 0) look_at_key(data[key])
  issues <- issues_of(columns, looked, same_columns(data), keys, rules, nrow(data))
  patterns <- missing_patterns(data, columns)
  context$progress(0.8, "drawing", "figures")
  code <- reader_code(params)
  list(values = values_of(data, columns, looked, keys, rules, issues),
    summary = I(summarise(data, columns, looked, issues, rules)), method = method_of(key),
    assumptions = list(), dropped = list(), tables = tables_of(data, columns, looked, issues, rules, patterns),
    figures = Filter(Negate(is.null), list(missing_figure(columns, nrow(data)), matrix_figure(data, columns))),
    code = if (nchar(code) <= 19000) code) # longer only where names of columns are
}

look_at_key <- function(columns) {
  whole <- Reduce(`&`, lapply(columns, function(x) !is.na(x)))
  code <- codes_of(columns, length(whole))
  list(columns = as.list(names(columns)), duplicates = sum(duplicated(code[whole])), missing = sum(!whole))
}

values_of <- function(data, columns, looked, keys, rules, issues) {
  missing <- sum(vapply(columns, function(column) as.numeric(column$missing), 0))
  list(rows = nrow(data), columns_count = ncol(data), duplicate_rows = looked$duplicates, complete_rows = looked$complete,
    missing_cells = missing, missing_share = missing / (nrow(data) * ncol(data)), key = keys,
    columns = lapply(columns, function(column) list(name = column$name, type = column$type, role = column$role,
      n = column$n, missing = column$missing, missing_share = column$missing / nrow(data), distinct = column$distinct,
      min = column$min, max = column$max, constant = column$constant, mixed_types = column$mixed_types,
      infinite = column$infinite, outliers_iqr = column$outliers_iqr)),
    rules = lapply(rules, `[`, c("column", "rule", "count", "rows")), issues = issues)
}

summarise <- function(data, columns, looked, issues, rules) {
  of <- function(severity) Filter(function(i) i$severity == severity, issues)
  gaps <- sum(vapply(columns, function(column) column$missing > 0, NA))
  said <- function(i) paste0(if (nzchar(i$column)) paste0("Column ", quoted(i$column), ": "), i$message,
    " (", counted(i$count, "value"), ")")
  lead <- head(c(of("serious"), of("caution")), 6)
  c(paste0(counted(nrow(data), "row"), " and ", counted(ncol(data), "column"), "; ",
      if (gaps == 0) "no value is missing" else paste0("values are missing in ", counted(gaps, "column"), ", and ",
        counted(looked$complete, "row is", "rows are"), " complete"), "; ",
      if (looked$duplicates == 0) "no row occurs twice" else paste(counted(looked$duplicates, "row repeats",
        "rows repeat"), "an earlier one"), "."),
    if (length(issues) == 0) "Nothing was found that needs a look." else paste0("Findings: ", length(of("serious")),
      " serious, ", length(of("caution")), " to be careful with, ", length(of("note")), " to note."),
    if (length(rules) > 0) paste0("Of ", counted(length(rules), "rule"), ", ", sum(vapply(rules, function(rule)
      rule$count == 0, NA)), " hold everywhere."),
    vapply(lead, function(i) if (nzchar(i$column)) paste0("Column ", quoted(i$column), ": ", i$message) else
      paste0(i$message, " There are ", format(i$count, big.mark = ","), "."), ""))
}

method_of <- function(key) list(text = paste0(
    "Every column is looked at in the type that it got when the data set was uploaded; types are not guessed again. ",
    "A row is a duplicate if it equals an earlier row in every column, missing values counting as equal; ",
    "the first of its like is not counted. Outliers are values more than 1.5 interquartile ranges outside the quartiles ",
    "(type 7, Tukey's fences); they are not errors by themselves. A number such as -999 or 9999 is named where two rows or ",
    "more hold it and it is more than 3 interquartile ranges outside. Texts are compared without capitals and blanks. ",
    "Missing values are serious from 50 % of a column on, and a caution from 5 % on."),
  reference = "base::is.na, base::duplicated, stats::quantile",
  options = c(list(fence = 1.5, quantile_type = 7), if (length(key) > 0) list(key = as.list(key))))

text_cell <- function(x) if (is.null(x)) NA_character_ else brief(label_of(x), 300)

tables_of <- function(data, columns, looked, issues, rules, patterns) {
  shown <- head(columns, 2000)
  overview <- data.frame(column = vapply(shown, function(c) brief(c$name, 300), ""), type = vapply(shown, `[[`, "", "type"),
    missing = vapply(shown, `[[`, 0L, "missing"), share = vapply(shown, `[[`, 0L, "missing") / nrow(data),
    distinct = vapply(shown, `[[`, 0L, "distinct"), min = vapply(shown, function(c) text_cell(c$min), ""),
    max = vapply(shown, function(c) text_cell(c$max), ""),
    outliers = vapply(shown, function(c) if (is.null(c$outliers_iqr)) NA_integer_ else c$outliers_iqr, 0L))
  found <- do.call(rbind, lapply(head(issues, 2000), function(i) data.frame(severity = i$severity, code = i$code,
    column = if (nzchar(i$column)) brief(i$column, 300) else "(table)", count = i$count, message = i$message)))
  broken <- do.call(rbind, lapply(rules, function(rule) data.frame(column = brief(rule$column, 300), says = rule$says,
    count = rule$count, rows = paste(unlist(rule$rows), collapse = ", "))))
  gaps <- do.call(rbind, lapply(patterns, function(p) data.frame(rows = p$rows, count = length(p$columns),
    columns = if (length(p$columns) == 0) "(none)" else brief(paste(p$columns, collapse = ", "), 1000))))
  table <- function(name, title, frame, titles, types) if (!is.null(frame) && nrow(frame) > 0)
    list(list(name = name, title = title, data = frame, titles = titles, types = types))
  c(table("issues", "Findings, by weight", found, c(severity = "Severity", code = "Code", column = "Column",
      count = "Count", message = "What was found"), c(severity = "text", code = "text", column = "text", message = "text")),
    table("columns", "Columns", overview, c(column = "Column", type = "Type", missing = "Missing",
      share = "Share missing", distinct = "Distinct", min = "Min", max = "Max", outliers = "Outliers"),
      c(column = "text", type = "text", min = "text", max = "text", outliers = "integer")),
    table("rules", "Rules", broken, c(column = "Column", says = "Rule", count = "Values that break it",
      rows = "First rows"), c(column = "text", says = "text", rows = "text")),
    table("missing-patterns", "Which columns are missing together", gaps, c(rows = "Rows", count = "Columns missing",
      columns = "Missing in these rows"), c(columns = "text")),
    table("duplicate-rows", "First duplicate rows", if (looked$duplicates > 0) data.frame(row = looked$first,
      of = looked$of), c(row = "Row", of = "Equals row"), c(row = "integer", of = "integer")))
}

reader_code <- function(params) {
  string <- function(text) vapply(text, encodeString, "", quote = '"', USE.NAMES = FALSE)
  key <- text_of(params$key)
  paste(c('d <- read.csv("data.csv", check.names = FALSE, stringsAsFactors = FALSE, na.strings = c("", "NA"))',
    "dim(d)", "sum(complete.cases(d))", "sum(duplicated(d))",
    "sapply(d, function(x) c(missing = sum(is.na(x)), distinct = length(unique(x[!is.na(x)]))))",
    "fences <- function(x) { q <- quantile(x, c(0.25, 0.75), na.rm = TRUE); q + c(-1.5, 1.5) * diff(q) }",
    "sapply(Filter(is.numeric, d), function(x) sum(x < fences(x)[1] | x > fences(x)[2], na.rm = TRUE))",
    if (length(key) > 0) paste0("sum(duplicated(d[c(", paste(string(key), collapse = ", "), ")]))")), collapse = "\n")
}
