# From columns to a design: rows that are complete, terms, and the working basis.
#
# Names of columns are data: they are only ever used to look a column up and to label a term. No formula is built.
# A term is a label and a list of parts; a part is a numeric column to a power, or a level of a categorical column.

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
  label <- function(v) {
    if (is.logical(v)) ifelse(v, "true", "false")
    else if (is.numeric(v)) ifelse(v == round(v) & abs(v) < 1e15, sprintf("%.0f", v), as.character(v))
    else as.character(v)
  }
  list(labels = label(values), codes = match(x, values))
}

# What was asked for, held against the columns that are there.
read_request <- function(data, params, context) {
  predictors <- text_of(params$predictors)
  request <- list(response = text_of(params$response), predictors = predictors,
    categorical = text_of(params$categorical), weights = text_of(params$weights),
    degrees = as.integer(unlist(params$polynomial))[match(predictors, names(params$polynomial))],
    interactions = lapply(params$interactions, text_of), intercept = !identical(params$intercept, FALSE))
  if (request$response %in% predictors)
    refuse_column(context, "RESPONSE_IS_PREDICTOR", paste0("Column ", quoted(request$response),
      " is both response and predictor."), request$response, "predictors", class = "input")
  listed <- list(categorical = request$categorical, polynomial = names(params$polynomial),
    interactions = unlist(request$interactions))
  for (param in names(listed)) for (name in setdiff(listed[[param]], predictors)) {
    column_of(data, name, param, context)
    refuse_column(context, "NOT_A_PREDICTOR", paste0("Column ", quoted(name), " is named in `", param,
      "` but not in `predictors`."), name, param, class = "input", hint = "Add it to `predictors`.")
  }
  request
}

read_predictor <- function(data, name, request, context) {
  x <- column_of(data, name, "predictors", context)
  powers <- !is.na(request$degrees[match(name, request$predictors)])
  if (!(name %in% request$categorical || is.character(x) || is.logical(x)))
    return(list(name = name, levels = NULL, x = numbers_of(x, name, "predictors", context)))
  if (powers)
    refuse_column(context, "NOT_NUMERIC", paste0("Column ", quoted(name), " is categorical and has no powers."), name,
      "polynomial", class = "input", hint = "Take it out of `polynomial`.")
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

read_columns <- function(data, params, context) {
  request <- read_request(data, params, context)
  y <- numbers_of(column_of(data, request$response, "response", context), request$response, "response", context)
  columns <- lapply(request$predictors, function(name) read_predictor(data, name, request, context))
  w <- read_weights(data, request$weights, context)
  complete <- !is.na(y) & !is.na(w)
  for (column in columns) complete <- complete & !is.na(column$x)
  keep <- which(complete & w > 0)
  dropped <- list()
  note <- function(rows, reason) if (rows > 0) dropped[[length(dropped) + 1]] <<- list(rows = rows, reason = reason)
  note(sum(!complete), "a value of the response, of a predictor or of the weight is missing")
  note(sum(complete & w == 0), "the weight is zero")
  columns <- lapply(columns, function(column) {
    column$x <- column$x[keep]
    if (!is.null(column$levels)) column[c("levels", "x")] <- levels_of(column$x)
    column
  })
  c(request[c("response", "degrees", "interactions", "intercept")], list(y = y[keep], w = w[keep], rows = keep,
    weighted = length(request$weights) > 0, columns = columns, dropped = dropped))
}

# Terms in the order of R: intercept, main effects with their powers, interactions.
build_terms <- function(input) {
  columns <- input$columns
  main <- function(i, full = FALSE) {
    column <- columns[[i]]
    if (is.null(column$levels)) return(list(list(label = column$name, parts = list(c(i, 1, 0)))))
    level <- seq_along(column$levels)
    lapply(if (full) level else level[-1], function(l)
      list(label = paste0(column$name, "[", column$levels[l], "]"), parts = list(c(i, 0, l))))
  }
  terms <- if (input$intercept) list(list(label = "(Intercept)", parts = list())) else list()
  full <- !input$intercept # as in R, the first categorical predictor then keeps all its levels
  for (i in seq_along(columns)) {
    categorical <- !is.null(columns[[i]]$levels)
    terms <- c(terms, main(i, full && categorical))
    if (categorical) full <- FALSE
    degree <- input$degrees[i]
    if (!is.na(degree)) for (power in seq_len(degree)[-1])
      terms <- c(terms, list(list(label = paste0(columns[[i]]$name, "^", power), parts = list(c(i, power, 0)))))
  }
  names <- vapply(columns, `[[`, "", "name")
  pairs <- unique(lapply(input$interactions, function(pair) sort(match(pair, names))))
  for (pair in pairs) for (b in main(pair[2])) for (a in main(pair[1]))
    terms <- c(terms, list(list(label = paste0(a$label, ":", b$label), parts = c(a$parts, b$parts))))
  terms
}

# Centre and scale of a numeric column: few-bit numbers, so that (x - centre) / scale is exact or nearly so.
basis_of <- function(x, centred) {
  middle <- if (centred) mean(x) else 0
  spread <- max(abs(x - middle))
  if (centred && max(x) == min(x)) return(list(centre = x[1], scale = 1))
  if (spread == 0 || !is.finite(spread)) return(list(centre = 0, scale = 1))
  scale <- 2^ceiling(log2(spread))
  list(centre = if (centred) round(8 * middle / scale) / 8 * scale else 0, scale = scale)
}

term_column <- function(term, columns, basis) {
  n <- length(columns[[1]]$x)
  value <- rep(1, n)
  for (part in term$parts) {
    column <- columns[[part[1]]]
    value <- value * if (part[3] > 0) as.numeric(column$x == part[3]) else
      ((column$x - basis[[part[1]]]$centre) / basis[[part[1]]]$scale)^part[2]
  }
  value
}

# Coefficients of the terms from those of the working basis: raw = back %*% working. A working term is
# prod(((x - c) / s)^p) * levels; the binomial theorem writes it in lower terms, which are all in the model.
back_transform <- function(terms, basis) {
  key <- function(parts) paste(sort(vapply(parts, paste, "", collapse = ",")), collapse = ";")
  keys <- vapply(terms, function(term) key(term$parts), "")
  back <- matrix(0, length(terms), length(terms))
  for (k in seq_along(terms)) {
    expansion <- list(list(factor = 1, parts = list()))
    for (part in terms[[k]]$parts) {
      b <- basis[[part[1]]]
      p <- part[2]
      lower <- if (part[3] > 0) list(list(factor = 1, parts = list(part))) else
        lapply(if (b$centre == 0) p else 0:p, function(j) list(
          factor = choose(p, j) * (-b$centre)^(p - j) / b$scale^p,
          parts = if (j == 0) list() else list(c(part[1], j, 0))))
      expansion <- unlist(lapply(expansion, function(e) lapply(lower, function(l)
        list(factor = e$factor * l$factor, parts = c(e$parts, l$parts)))), recursive = FALSE)
    }
    for (e in expansion) {
      row <- match(key(e$parts), keys)
      back[row, k] <- back[row, k] + e$factor
    }
  }
  back
}
