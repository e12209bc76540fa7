run <- function(data, params, context) list(
  values = list(answer = answer()), summary = "both", method = list(text = "t", reference = "conformance"))
