# From columns to numbers. Names of columns are data: they only look a column up and label a pair.

refuse_column <- function(context, code, message, name, param, class = "data", row = NULL, hint = NULL)
  context$refuse(code, message, class = class, where = c(list(column = brief(name, 300)),
    if (!is.null(row)) list(row = row), list(param = param)), hint = hint)

numbers_of <- function(data, name, param, context) {
  if (!name %in% names(data))
    refuse_column(context, "COLUMN_NOT_FOUND", paste0("There is no column ", quoted(name), "."), name, param,
      class = "input", hint = "Name one of the columns of the data set.")
  x <- data[[name]]
  if (length(x) > 0 && all(is.na(x)))
    refuse_column(context, "ALL_MISSING", paste0("Every value of column ", quoted(name), " is missing."), name, param,
      hint = "Leave the column out, or use a data set in which it is filled.")
  if (!is.numeric(x))
    refuse_column(context, "NOT_NUMERIC", paste0("Column ", quoted(name), " does not hold numbers."), name, param,
      class = "input", hint = "Choose numeric columns; categories are compared by statistics/contingency.")
  x <- as.numeric(x)
  bad <- which(is.infinite(x))
  if (length(bad) > 0)
    refuse_column(context, "INFINITE_VALUES", paste0("Column ", quoted(name), " holds an infinite value in row ",
      bad[1], "."), name, param, row = bad[1], hint = "Remove or correct the infinite values.")
  x
}

is_constant <- function(x) max(x) - min(x) <= 10 * .Machine$double.eps * max(abs(x))

read_columns <- function(data, params, options, context) {
  names <- text_of(params$columns)
  twice <- intersect(names, options$partial_for)
  if (length(twice) > 0) refuse_column(context, "SAME_COLUMN", paste0("Column ", quoted(twice[1]),
    " is to be correlated and held fixed."), twice[1], "partial_for", class = "input", hint = "Take it out of one of the two.")
  columns <- lapply(names, numbers_of, data = data, param = "columns", context = context)
  controls <- lapply(options$partial_for, numbers_of, data = data, param = "partial_for", context = context)
  fixed <- Reduce(`&`, lapply(controls, function(x) !is.na(x)), rep(TRUE, nrow(data)))
  complete <- Reduce(`&`, lapply(columns, function(x) !is.na(x)), fixed)
  used <- if (options$use == "complete") complete else fixed
  dropped <- sum(!used)
  list(names = names, columns = columns, controls = controls, used = used, rows = nrow(data),
    dropped = if (dropped > 0) list(list(rows = dropped, reason = if (options$use == "complete")
      "a value of one of the columns is missing" else "a value of a column that is held fixed is missing")) else list())
}

# The rows of one pair, without those that miss a value.
pair_of <- function(input, i, j, options, context) {
  keep <- which(input$used & !is.na(input$columns[[i]]) & !is.na(input$columns[[j]]))
  least <- 4 + length(options$partial_for)
  if (length(keep) < least) context$refuse("TOO_FEW_ROWS", paste0(quoted(input$names[i]), " and ", quoted(input$names[j]),
    " have ", length(keep), " rows in common; at least ", least, " are needed."), where = list(param = "columns"),
    hint = "Leave out the column with the most missing values.")
  for (at in c(i, j)) if (is_constant(input$columns[[at]][keep])) refuse_column(context, "NO_VARIATION", paste0("Column ",
    quoted(input$names[at]), " is constant in the rows that can be used."), input$names[at], "columns",
    hint = "A correlation needs values that vary; leave the column out.")
  for (at in seq_along(input$controls)) if (is_constant(input$controls[[at]][keep])) refuse_column(context, "NO_VARIATION",
    paste0("Column ", quoted(options$partial_for[at]), " is constant in the rows that can be used."), options$partial_for[at],
    "partial_for", hint = "Holding it fixed changes nothing; leave it out.")
  list(x = input$columns[[i]][keep], y = input$columns[[j]][keep], rows = keep,
    controls = lapply(input$controls, function(control) control[keep]))
}
