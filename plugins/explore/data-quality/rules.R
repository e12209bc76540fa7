# Rules that the user sets for columns, and what breaks them. A missing value breaks `not_missing` only.

most_rows <- 20

refuse_rule <- function(context, code, message, rule, hint = NULL, class = "input") context$refuse(code, message,
  class = class, where = list(column = brief(rule$column, 300), param = "rules"), hint = hint)

check_rule <- function(rule, data, context) {
  if (!rule$column %in% names(data)) refuse_rule(context, "COLUMN_NOT_FOUND",
    paste0("There is no column ", quoted(rule$column), "."), rule, "Name one of the columns of the data set.")
  if (length(setdiff(names(rule), "column")) == 0) refuse_rule(context, "RULE_EMPTY",
    paste0("The rule for column ", quoted(rule$column), " asks for nothing."), rule,
    "Add not_missing, unique, min, max or one_of.")
  bounded <- !is.null(rule$min) || !is.null(rule$max)
  if (bounded && !is.numeric(data[[rule$column]])) refuse_rule(context, "NOT_NUMERIC",
    paste0("Column ", quoted(rule$column), " does not hold numbers: it has no min or max."), rule,
    "Use one_of, or choose a numeric column.")
  if (!is.null(rule$min) && !is.null(rule$max) && rule$min > rule$max) refuse_rule(context, "RULE_EMPTY",
    paste0("The rule for column ", quoted(rule$column), " has a min above its max: no value keeps it."), rule)
}

# One entry for each thing that a rule asks.
apply_rule <- function(rule, x) {
  present <- !is.na(x)
  entry <- function(asked, says, broken) list(column = rule$column, rule = asked, says = says, count = sum(broken),
    rows = as.list(head(which(broken), most_rows)))
  c(if (isTRUE(rule$not_missing)) list(entry("not_missing", "must not be missing", !present)),
    if (isTRUE(rule$unique)) list(entry("unique", "must be unique", present & (duplicated(x) | duplicated(x, fromLast = TRUE)))),
    if (!is.null(rule$min)) list(entry("min", paste("must be", format(rule$min, digits = 15), "or more"),
      present & x < as.numeric(rule$min))),
    if (!is.null(rule$max)) list(entry("max", paste("must be", format(rule$max, digits = 15), "or less"),
      present & x > as.numeric(rule$max))),
    if (!is.null(rule$one_of)) list(entry("one_of", paste("must be one of",
      brief(paste(text_of(rule$one_of), collapse = ", "), 120)), present & !label_of(x) %in% text_of(rule$one_of))))
}

apply_rules <- function(data, rules, context) {
  for (rule in rules) check_rule(rule, data, context)
  unlist(lapply(rules, function(rule) apply_rule(rule, data[[rule$column]])), recursive = FALSE)
}
