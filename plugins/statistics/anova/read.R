# From columns to rows that are complete. Names of columns are data: they only look a column up and label a term.

most_levels <- 50

refuse_column <- function(context, code, message, name, param, class = "data", row = NULL, hint = NULL)
  context$refuse(code, message, class = class, where = c(list(column = brief(name, 300)),
    if (!is.null(row)) list(row = row), list(param = param)), hint = hint)

column_of <- function(data, name, param, context) {
  if (!name %in% names(data))
    refuse_column(context, "COLUMN_NOT_FOUND", paste0("There is no column ", quoted(name), "."), name, param,
      class = "input", hint = "Name one of the columns of the data set.")
  x <- data[[name]]
  if (length(x) > 0 && all(is.na(x)))
    refuse_column(context, "ALL_MISSING", paste0("Every value of column ", quoted(name), " is missing."), name, param,
      hint = "Leave the column out, or use a data set in which it is filled.")
  x
}

numbers_of <- function(data, name, param, context) {
  x <- column_of(data, name, param, context)
  if (!is.numeric(x))
    refuse_column(context, "NOT_NUMERIC", paste0("Column ", quoted(name), " does not hold numbers."), name, param,
      class = "input", hint = "Choose a numeric column; one with levels belongs in `factors`.")
  x <- as.numeric(x)
  bad <- which(is.infinite(x))
  if (length(bad) > 0)
    refuse_column(context, "INFINITE_VALUES", paste0("Column ", quoted(name), " holds an infinite value in row ",
      bad[1], "."), name, param, row = bad[1], hint = "Remove or correct the infinite values.")
  x
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

once <- function(params, context) {
  used <- c(response = text_of(params$response), factors = text_of(params$factors), covariates = text_of(params$covariates))
  twice <- which(duplicated(used))
  if (length(twice) > 0)
    refuse_column(context, "SAME_COLUMN", paste0("Column ", quoted(used[twice[1]]), " is named more than once."),
      used[[twice[1]]], sub("[0-9]+$", "", names(used)[twice[1]]), class = "input",
      hint = "Each column has one part: response, factor or covariate.")
}

read_factor <- function(x, name, keep, context) {
  levels <- levels_of(x[keep])
  k <- length(levels$labels)
  if (k < 2) refuse_column(context, "ONE_LEVEL", paste0("Column ", quoted(name), " has only one level in the rows that ",
    "can be used."), name, "factors", hint = "A factor needs two levels or more; take it out.")
  if (k > most_levels) refuse_column(context, "TOO_MANY_LEVELS", paste0("Column ", quoted(name), " has ", k,
    " levels; at most ", most_levels, " are compared."), name, "factors",
    hint = "A column of numbers belongs in `covariates`; many groups need a mixed model.")
  c(list(name = name), levels)
}

read_columns <- function(data, params, context) {
  once(params, context)
  response <- text_of(params$response)
  y <- numbers_of(data, response, "response", context)
  names <- text_of(params$factors)
  factors <- lapply(names, function(name) column_of(data, name, "factors", context))
  covariates <- lapply(text_of(params$covariates), function(name) list(name = name,
    x = numbers_of(data, name, "covariates", context)))
  complete <- !is.na(y)
  for (x in factors) complete <- complete & !is.na(x)
  for (covariate in covariates) complete <- complete & !is.na(covariate$x)
  keep <- which(complete)
  if (length(keep) < 3) context$refuse("TOO_FEW_ROWS", paste0(length(keep), " complete rows are too few."),
    hint = "Every row needs its response, factors and covariates.")
  y <- y[keep]
  if (max(y) - min(y) <= 10 * .Machine$double.eps * max(abs(y)))
    refuse_column(context, "NO_VARIATION", paste0("Column ", quoted(response), " is constant."), response, "response",
      hint = "An analysis of variance needs values that vary; check the column.")
  covariates <- lapply(covariates, function(covariate) {
    covariate$x <- covariate$x[keep]
    if (max(covariate$x) == min(covariate$x)) refuse_column(context, "NO_VARIATION", paste0("Column ",
      quoted(covariate$name), " is constant."), covariate$name, "covariates", hint = "Take it out.")
    covariate
  })
  missing <- sum(!complete)
  list(response = response, y = y, rows = keep, covariates = covariates,
    factors = lapply(seq_along(names), function(i) read_factor(factors[[i]], names[i], keep, context)),
    single = length(names) == 1 && length(covariates) == 0,
    dropped = if (missing > 0) list(list(rows = missing,
      reason = "a value of the response, of a factor or of a covariate is missing")) else list())
}
