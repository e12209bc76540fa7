# What is wrong, or may be, in order of weight. A column of "" means the whole table.

weights <- c(serious = 1, caution = 2, note = 3)

issue <- function(code, column, count, severity, message) list(code = code, column = column, count = as.integer(count),
  severity = severity, message = message)

issues_of_column <- function(column, rows) {
  say <- function(holds, code, count, severity, ...) if (isTRUE(holds))
    list(issue(code, column$name, count, severity, paste0(...)))
  share <- column$missing / rows
  near_unique <- column$role == "id" && column$distinct < column$n
  c(say(column$n == 0, "ALL_MISSING", column$missing, "serious", "Every value is missing."),
    say(column$n > 0 && column$missing > 0, "MISSING_VALUES", column$missing,
      if (share >= 0.5) "serious" else if (share >= 0.05) "caution" else "note", percent(share), " of the values are missing."),
    say(column$constant && rows > 1, "CONSTANT_COLUMN", column$n, "caution", "There is one value only: it tells rows apart in nothing."),
    say(column$infinite > 0, "INFINITE_VALUES", column$infinite, "serious", "Infinite values: most analyses refuse them."),
    say(column$mixed_types, "MIXED_TYPES", min(column$number_like, column$n - column$number_like),
      if (isTRUE(column$number_like >= 0.5 * column$n)) "serious" else "note",
      "A text column in which ", format(column$number_like, big.mark = ","), " of ", format(column$n, big.mark = ","),
      " values look like numbers."),
    say(column$sentinel_count > 0, "SENTINEL_NUMBER", column$sentinel_count, "caution", "The value ",
      paste(label_of(unlist(column$sentinels)), collapse = ", "), " stands far outside the others and may mean missing."),
    say(column$placeholder > 0, "PLACEHOLDER_TEXT", column$placeholder, "caution", "Texts such as ",
      quoted(column$placeholder_example), " may mean missing."),
    say(column$variants > 0, "SPELLING_VARIANTS", column$variant_count, "caution",
      "Levels that differ in capitals or blanks only, such as ", paste(vapply(column$variant_example, quoted, ""),
        collapse = " and "), "."),
    say(column$padded > 0, "BLANKS_AROUND", column$padded, "note", "Texts begin or end with blanks."),
    say(near_unique, "ID_NOT_UNIQUE", column$n - column$distinct, "caution", "It looks like an identifier, but values repeat."),
    say(column$outliers_iqr > 0, "OUTLIERS", column$outliers_iqr, "note", "Values more than 1.5 interquartile ranges outside the quartiles (below ",
      format(column$fence_low, digits = 5), " or above ", format(column$fence_high, digits = 5), ")."))
}

issues_of <- function(columns, looked, same, keys, rules, rows) {
  found <- c(
    if (looked$duplicates > 0) list(issue("DUPLICATE_ROWS", "", looked$duplicates, "caution",
      "Rows that repeat an earlier row in every column.")),
    if (!is.null(keys) && keys$duplicates > 0) list(issue("DUPLICATE_KEYS", "", keys$duplicates, "serious",
      "Rows whose key occurred before.")),
    if (!is.null(keys) && keys$missing > 0) list(issue("MISSING_KEYS", "", keys$missing, "serious",
      "Rows with a missing value in the key.")),
    lapply(same, function(pair) issue("DUPLICATE_COLUMN", pair$column, rows, "caution",
      paste0("It equals column ", quoted(pair$of), " in every row."))),
    lapply(Filter(function(rule) rule$count > 0, rules), function(rule) issue("RULE_BROKEN", rule$column, rule$count,
      "serious", paste0("It ", rule$says, ", but is not in row ", rule$rows[[1]], if (rule$count > 1) " and others", "."))),
    unlist(lapply(columns, issues_of_column, rows = rows), recursive = FALSE))
  found[order(weights[vapply(found, `[[`, "", "severity")], seq_along(found))]
}
