# From columns to a design: rows that are complete, the response as the family wants it, terms and their columns.
#
# Names of columns are data: they are only ever used to look a column up and to label a term. No formula is built.

text_of <- function(x) as.character(unlist(x))

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

numbers_of <- function(x, name, param, context) {
  if (!is.numeric(x))
    refuse_column(context, "NOT_NUMERIC", paste0("Column ", quoted(name), " does not hold numbers."), name, param,
      class = "input", hint = "Choose a numeric column; a predictor with levels belongs in `categorical`.")
  x <- as.numeric(x)
  bad <- which(is.infinite(x))
  if (length(bad) > 0)
    refuse_column(context, "INFINITE_VALUES", paste0("Column ", quoted(name),
      " holds an infinite value in row ", bad[1], "."),
      name, param, row = bad[1], hint = "Remove or correct the infinite values.")
  x
}

# Labels of the levels, in the order of the values: numbers by size, text by code point.
levels_of <- function(x) {
  values <- unique(x[!is.na(x)])
  values <- if (is.character(values)) sort(values, method = "radix") else sort(values)
  list(labels = label_of(values), codes = match(x, values))
}

label_of <- function(v) {
  if (is.logical(v)) ifelse(v, "true", "false")
  else if (is.numeric(v)) ifelse(v == round(v) & abs(v) < 1e15, sprintf("%.0f", v), as.character(v))
  else as.character(v)
}

# What was asked for, held against the columns that are there.
read_request <- function(data, params, context) {
  request <- list(response = text_of(params$response), predictors = text_of(params$predictors),
    categorical = text_of(params$categorical), weights = text_of(params$weights), offset = text_of(params$offset))
  if (request$response %in% request$predictors)
    refuse_column(context, "RESPONSE_IS_PREDICTOR", paste0("Column ", quoted(request$response),
      " is both response and predictor."), request$response, "predictors", class = "input")
  for (name in setdiff(request$categorical, request$predictors)) {
    column_of(data, name, "categorical", context)
    refuse_column(context, "NOT_A_PREDICTOR", paste0("Column ", quoted(name),
      " is named in `categorical` but not in `predictors`."), name, "categorical", class = "input",
      hint = "Add it to `predictors`.")
  }
  request
}

read_predictor <- function(data, name, request, context) {
  x <- column_of(data, name, "predictors", context)
  if (!(name %in% request$categorical || is.character(x) || is.logical(x)))
    return(list(name = name, levels = NULL, x = numbers_of(x, name, "predictors", context)))
  list(name = name, levels = levels_of(x)$labels, x = x)
}

read_weights <- function(data, name, context) {
  if (length(name) == 0) return(rep(1, nrow(data)))
  w <- numbers_of(column_of(data, name, "weights", context), name, "weights", context)
  bad <- which(w < 0)
  if (length(bad) > 0)
    refuse_column(context, "NEGATIVE_WEIGHT", paste0("Column ", quoted(name),
      " holds a negative weight in row ", bad[1], "."),
      name, "weights", row = bad[1], hint = "Weights are zero or more.")
  w
}

read_columns <- function(data, params, family, context) {
  request <- read_request(data, params, context)
  raw <- column_of(data, request$response, "response", context)
  columns <- lapply(request$predictors, function(name) read_predictor(data, name, request, context))
  w <- read_weights(data, request$weights, context)
  offset <- if (length(request$offset) == 0) rep(0, nrow(data)) else
    numbers_of(column_of(data, request$offset, "offset", context), request$offset, "offset", context)
  complete <- !is.na(raw) & !is.na(w) & !is.na(offset)
  for (column in columns) complete <- complete & !is.na(column$x)
  keep <- which(complete & w > 0)
  response <- read_response(raw, keep, request, family, params, context)
  dropped <- list()
  note <- function(rows, reason) if (rows > 0) dropped[[length(dropped) + 1]] <<- list(rows = rows, reason = reason)
  note(sum(!complete), "a value of the response, of a predictor, of the weight or of the offset is missing")
  note(sum(complete & w == 0), "the weight is zero")
  columns <- lapply(columns, function(column) {
    column$x <- column$x[keep]
    if (!is.null(column$levels)) column[c("levels", "x")] <- levels_of(column$x)
    column
  })
  list(response = request$response, y = response$y, event = response$event, w = w[keep], offset = offset[keep],
    rows = keep, weighted = length(request$weights) > 0, has_offset = length(request$offset) > 0,
    columns = columns, dropped = dropped)
}

# --- terms: intercept, numeric columns, levels after the first ---

build_terms <- function(input) {
  terms <- list(list(label = "(Intercept)", column = 0, level = 0))
  for (i in seq_along(input$columns)) {
    column <- input$columns[[i]]
    terms <- c(terms, if (is.null(column$levels)) list(list(label = column$name, column = i, level = 0)) else
      lapply(seq_along(column$levels)[-1], function(l)
        list(label = paste0(column$name, "[", column$levels[l], "]"), column = i, level = l)))
  }
  terms
}

term_column <- function(term, input) {
  if (term$column == 0) return(rep(1, length(input$y)))
  column <- input$columns[[term$column]]
  if (term$level > 0) as.numeric(column$x == term$level) else column$x
}

# Columns centred and scaled, so that the solution loses no digits to units; `centre` and `scale` lead back.
design_of <- function(input, terms) {
  X <- matrix(vapply(terms, term_column, numeric(length(input$y)), input = input), length(input$y))
  numeric <- vapply(terms, function(t) t$column > 0 && t$level == 0, NA)
  centre <- ifelse(numeric, colMeans(X), 0)
  spread <- vapply(seq_along(terms), function(j) max(abs(X[, j] - centre[j])), 0)
  scale <- ifelse(numeric & spread > 0 & is.finite(spread), spread, 1)
  list(W = sweep(sweep(X, 2, centre), 2, scale, "/"), centre = centre, scale = scale,
    labels = vapply(terms, `[[`, "", "label"), level = vapply(terms, `[[`, 0, "level") > 0)
}
