run <- function(data, params, context) context$refuse("TOO_FEW", "too few", class = params$class,
  where = list(column = "n", rows = nrow(data)), hint = "more")
