run <- function(data, params, context) list(
  values = list(rows = nrow(data), sum = sum(data[[1]], na.rm = TRUE)),
  summary = "summed", method = list(text = "t", reference = "conformance"))
